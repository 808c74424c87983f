"""The demo: the main job told as a story, on made-up companies, with the real parts."""
