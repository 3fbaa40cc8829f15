"""Law and a bureau's own choices as dated, cited values; what is in force on a day. See docs/rules.md."""
