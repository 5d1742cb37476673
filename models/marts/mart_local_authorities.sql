-- Named apart from the seed of the register, from which it is made; the table is marts.local_authorities.
{{ config(alias="local_authorities") }}

with

authorities as (

    select * from {{ ref('stg_local_authorities') }}

),

-- Who runs the services today; a provider of which the pages disagree, or another council, is not named.
trusts as (

    select
        la_code,
        provider_name
    from {{ ref('stg_children_services_trusts') }}
    where
        ended_on is null
        and evidence_status = 'confirmed'
        and provider_kind in ('trust', 'council_company')
    qualify row_number() over (partition by la_code order by started_on desc, provider_name) = 1

)

select
    authorities.la_code,
    authorities.la_name,
    authorities.dfe_code,
    authorities.ofsted_urn,
    authorities.region,
    authorities.ofsted_region,
    authorities.la_type,
    authorities.aliases,
    authorities.active_from,
    authorities.active_to,
    authorities.active_to is null as is_current,
    authorities.replaced_by,
    authorities.former_gss,
    authorities.statistical_neighbours,
    case when authorities.active_to is null then trusts.provider_name end as provider_trust,
    authorities.domain
from authorities
left join trusts
    on authorities.la_code = trusts.la_code
