"""Who should be there: files that name devices, read and added to, TOML or out of a spreadsheet."""
