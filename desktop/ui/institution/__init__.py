"""The institution file (机构档案): the station itself, prices, plans, insurance, contracts, supervision."""
