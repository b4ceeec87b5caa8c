"""Which offices may ever hold the key of a case: those its ladder can reach, once its gate is open."""

from gateway.cases.routing import Office, Route


def reach(route: Route, *, released: bool) -> tuple[Office, ...]:
    """Return the offices to which a case may be sealed; the national desk always, local ones only when ``released``.

    The route has already left out what consent and the exclusions do not allow.
    """
    local = route.local_allowed and released
    told = (office for office in (*route.first, *route.then) if office.level != "district" or local)
    above = (route.province,) if route.province else ()
    return tuple(dict.fromkeys((route.national, *above, *told)))
