"""Write the files of a release: one description of the data (`study`), and one small writer for each format."""
