with

printed as (

    select
        site_name as printed_name,
        cast(null as date) as on_date
    from {{ ref('stg_authorities') }}

    union

    select
        authority as printed_name,
        coalesce(inspected_from, published_on) as on_date
    from {{ ref('stg_read_inspections') }}

    union

    select
        printed_la_name as printed_name,
        inspected_on as on_date
    from {{ ref('stg_official_outcomes') }}

)

select
    printed.printed_name,
    printed.on_date,
    any_value(names.la_code) as la_code
from printed
inner join {{ ref('int_authority_names') }} as names
    on
        {{ plain_name('printed.printed_name') }} = names.plain_name
        and (printed.on_date is null or printed.on_date >= names.active_from)
        -- A report on an authority's last weeks carries a date after them.
        and (printed.on_date is null or names.active_to is null or printed.on_date <= names.active_to + interval 90 day)
where printed.printed_name is not null
group by all
-- Two authorities of one name (Dorset before and after April 2019) are told apart by the date or not at all.
having count(distinct names.la_code) = 1
