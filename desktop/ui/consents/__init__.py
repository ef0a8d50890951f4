"""Consents and agreements (知情同意书、服务协议): printed, signed, and entered when they are older than the program."""
