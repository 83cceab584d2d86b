using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Store;

/// <summary>
/// A database in whose schema another role may create, and has: operators and functions for every type that Nexus uses. Each that runs fails.
/// </summary>
internal sealed class PlantedHome : PostgresHome
{
    private const string Plant = """
        CREATE ROLE nexus_planter;
        GRANT CREATE, USAGE ON SCHEMA public TO nexus_planter;
        SET ROLE nexus_planter;
        DO $plant$
        DECLARE
            one text; other text; op text; fn text; place int := 0;
            types text[] := '{varchar,text,name,jsonb,numeric,timestamptz,interval,int4,int8,uuid,bool,text[],varchar[],uuid[],oid}';
        BEGIN
            FOREACH one IN ARRAY types LOOP
                FOREACH other IN ARRAY types LOOP
                    place := place + 1;
                    EXECUTE format('CREATE FUNCTION public.planted_%s(a %s, b %s) RETURNS bool LANGUAGE plpgsql AS $f$
                        BEGIN RAISE EXCEPTION ''planted''; END $f$', place, one, other);
                    FOREACH op IN ARRAY '{=,<>,<,<=,>,>=,||,+,-,*,/,@>,->,->>,~,<<}'::text[] LOOP
                        EXECUTE format('CREATE OPERATOR public.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = public.planted_%s)', op, one, other,
                            place);
                    END LOOP;
                    FOREACH fn IN ARRAY '{jsonb_build_object,date_trunc,to_char,pg_notify,round,set_config,nexus_merge_patch}'::text[] LOOP
                        BEGIN
                            EXECUTE format('CREATE FUNCTION public.%I(a %s, b %s) RETURNS text LANGUAGE plpgsql AS $f$
                                BEGIN RAISE EXCEPTION ''planted''; END $f$', fn, one, other);
                        EXCEPTION WHEN duplicate_function OR insufficient_privilege THEN NULL;
                        END;
                    END LOOP;
                END LOOP;
                FOREACH fn IN ARRAY '{unnest,lower,length,octet_length,abs,count,max,min,sum,array_agg,'
                    'jsonb_typeof,to_regclass,pg_backend_pid,quote_ident,hashtextextended}'::text[] LOOP
                    EXECUTE format('CREATE FUNCTION public.%I(a %s) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION ''planted''; END $f$',
                        fn, one);
                END LOOP;
            END LOOP;
            CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION 'planted'; END $f$;
            CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION 'planted'; END $f$;
        END $plant$;
        RESET ROLE;
        """;

    private PlantedHome(TestDatabase database)
        : base(database)
    {
    }

    public static new async Task<PlantedHome> CreateAsync()
    {
        var cluster = await PostgresCluster.SharedAsync();
        var template = await cluster.TemplateAsync("planted", async database =>
        {
            await using (var store = await new PlantedHome(database).OpenStoreAsync())
            {
            }
            await database.ExecuteAsync(Plant);
        });
        return new PlantedHome(await TestDatabase.CreateAsync(cluster, template));
    }
}
