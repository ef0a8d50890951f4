"""Home visits (入户服务): the list of what is due and done, and the form."""
