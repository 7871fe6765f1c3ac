"""Internet addresses of visitors, cut so that a network stays and a person does not."""

from ipaddress import ip_address, ip_network

_KEPT_BITS = {4: 24, 6: 48}


def truncated(address: str | None) -> str | None:
    """Return the address with its last part zeroed (IPv4 /24, IPv6 /48); None if it is none."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return None
    network = ip_network(f"{parsed}/{_KEPT_BITS[parsed.version]}", strict=False)
    return str(network.network_address)
