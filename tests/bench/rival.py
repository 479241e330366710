"""`svy` on the same frame, in an environment of its own: installed into build/svy, run as a process.

Run by its own Python with the path of a Parquet file and the targets, this file prints seconds and memory as JSON.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PLACE = Path(__file__).parents[2] / "build" / "svy"
RUNS = 3
Result = dict[str, float]


def ask_svy(frame: Path, targets: Path) -> tuple[Result, str]:
    """Seconds of each task by name and ``MB``; or nothing, and why it could not be compared."""
    python = PLACE / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(PLACE)], check=True, capture_output=True, timeout=120)
        if subprocess.run([python, "-c", "import svy"], capture_output=True, timeout=60).returncode:
            install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "svy"]
            subprocess.run(install, check=True, capture_output=True, timeout=600)
        done = subprocess.run(
            [python, __file__, frame, targets], check=True, capture_output=True, text=True, timeout=900
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or b""
        return {}, f"{type(error).__name__}: {(said if isinstance(said, str) else said.decode()).strip()[-200:]}"
    return json.loads(done.stdout.splitlines()[-1]), ""


def _measure(frame: Path, targets: Path) -> Result:
    """Runs in the environment of svy."""
    import polars as pl
    import svy

    data, controls = pl.read_parquet(frame), json.loads(targets.read_text())
    controls = {
        name: {int(k) if k.isdigit() else k: total for k, total in margin.items()} for name, margin in controls.items()
    }

    def sample() -> Any:
        return svy.Sample(data=data, design=svy.Design(stratum="stratum", psu="psu", wgt="w"))

    tasks = {
        "mean": lambda: sample().estimation.mean("idx"),
        "mean by 50": lambda: sample().estimation.mean("idx", by="area"),
        "rake": lambda: sample().weighting.rake(controls=controls, tol=1e-6),
        "shares": lambda: sample().estimation.prop("q1", by="age"),
    }
    seconds = {name: _middle(task) for name, task in tasks.items()}
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return {**seconds, "MB": int(peak.split()[1]) / 1024}


def _middle(task: Any) -> float:
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        task()
        seconds.append(time.perf_counter() - start)
    return sorted(seconds)[RUNS // 2]


if __name__ == "__main__":
    print(json.dumps(_measure(Path(sys.argv[1]), Path(sys.argv[2]))))
