with

gss_codes as (

    select
        la_code,
        la_code as gss_code
    from {{ ref('stg_local_authorities') }}

    union

    select
        la_code,
        unnest(former_gss) as gss_code
    from {{ ref('stg_local_authorities') }}

),

resolved as (

    select
        outcomes.*,
        coalesce(gss_codes.la_code, printed.la_code) as la_code,
        case
            when outcomes.inspection_type = 'ilacs_focused_visit' then 'focused_visit'
            when outcomes.inspection_type = 'monitoring_visit' then 'monitoring_visit'
            -- The sheet of current grades does not say which kind of inspection gave them.
            else 'inspection'
        end as event_type
    from {{ ref('stg_official_outcomes') }} as outcomes
    left join gss_codes
        on outcomes.printed_la_code = gss_codes.gss_code
    left join {{ ref('int_printed_authorities') }} as printed
        on
            outcomes.printed_la_name = printed.printed_name
            and outcomes.inspected_on is not distinct from printed.on_date

),

-- One event stands in up to three sheets, and in the workbook of every later year.
merged as (

    select
        * exclude (theme),
        coalesce(theme, max(theme) over same_event) as theme
    from resolved
    where
        la_code is not null
        and inspected_on is not null
    window same_event as (partition by la_code, event_type, inspected_on)
    qualify row_number() over (
        partition by la_code, event_type, inspected_on
        order by
            vintage desc,
            case dataset when 'history' then 1 when 'current' then 2 else 3 end,
            first_seen_at desc,
            document_id,
            row_number
    ) = 1

)

select
    {{ hash_id(['la_code', 'event_type', 'inspected_on']) }} as official_id,
    document_id,
    row_number,
    source,
    source_url,
    dataset,
    vintage,
    la_code,
    printed_la_name,
    event_type,
    inspected_on,
    published_on,
    theme,
    overall_effectiveness,
    overall_effectiveness_status,
    impact_of_leaders,
    impact_of_leaders_status,
    help_and_protection,
    help_and_protection_status,
    in_care,
    in_care_status,
    care_leavers,
    care_leavers_status,
    quote,
    char_start,
    char_end,
    first_seen_at
from merged
-- A date that a later workbook corrected by some days is no second event.
where not exists (
    select 1 from merged as newer
    where
        newer.la_code = merged.la_code
        and newer.event_type = merged.event_type
        and newer.vintage > merged.vintage
        and newer.inspected_on != merged.inspected_on
        and abs(date_diff('day', newer.inspected_on, merged.inspected_on)) <= 7
)
