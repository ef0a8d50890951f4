"""Benefits and subsidies (福利与补贴)."""
