"""Reports on local authority children's services, from Ofsted's site."""
