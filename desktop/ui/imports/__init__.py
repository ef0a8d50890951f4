"""Taking rosters in (导入花名册)."""
