select
    cast(la_code as varchar) as la_code,
    la_name,
    cast(dfe_code as varchar) as dfe_code,
    cast(ofsted_urn as varchar) as ofsted_urn,
    region,
    ofsted_region,
    la_type,
    cast(active_from as date) as active_from,
    cast(active_to as date) as active_to,
    domain,
    coalesce(string_split(aliases, '|'), []) as aliases,
    coalesce(string_split(replaced_by, '|'), []) as replaced_by,
    coalesce(string_split(former_gss, '|'), []) as former_gss,
    coalesce(string_split(statistical_neighbours, '|'), []) as statistical_neighbours
from {{ ref('local_authorities') }}
