using Npgsql;

namespace Nexus.Audit;

/// <summary>Code of users that analysing, indexing or planning a table could run.</summary>
/// <param name="Table">The table's oid.</param>
/// <param name="Part">What of the table refers to it: index, statistics, constraint, column, child or table.</param>
/// <param name="PartName">Its name; empty for the table itself.</param>
/// <param name="Kind">function, type, text search, access method or foreign table.</param>
/// <param name="Name">Its name with its schema.</param>
internal sealed record UserCode(uint Table, string Part, string PartName, string Kind, string Name)
{
    // What the server records as dependencies when an object is made, never its text. What came with the server is pinned and not recorded, or has an
    // oid below 16384. parts: what hangs on a table and is evaluated without a write. uses: what those refer to. trusted: a function of the server;
    // or one that only a superuser can have written (C, internal), that is a superuser's, immutable and an extension's. Membership alone says
    // nothing: who owns an extension can add functions of his own to it, but not in those languages.
    private const string Sql = """
        WITH RECURSIVE a (oid) AS (SELECT u.oid::oid FROM pg_catalog.unnest($1::bigint[]) AS u(oid)),
        h (root, oid) AS (SELECT a.oid, a.oid FROM a UNION SELECT h.root, i.inhrelid FROM h JOIN pg_catalog.pg_inherits i ON i.inhparent = h.oid
            WHERE $2),
        t (oid) AS (SELECT DISTINCT h.oid FROM h),
        parts (relation, class, object, part, name) AS (
            SELECT i.indrelid, 'pg_catalog.pg_class'::regclass, i.indexrelid, 'index', c.relname::text FROM t
                JOIN pg_catalog.pg_index i ON i.indrelid = t.oid JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            UNION ALL SELECT e.stxrelid, 'pg_catalog.pg_statistic_ext'::regclass, e.oid, 'statistics', e.stxname::text FROM t
                JOIN pg_catalog.pg_statistic_ext e ON e.stxrelid = t.oid
            UNION ALL SELECT k.conrelid, 'pg_catalog.pg_constraint'::regclass, k.oid, 'constraint', k.conname::text FROM t
                JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid
            UNION ALL SELECT f.adrelid, 'pg_catalog.pg_attrdef'::regclass, f.oid, 'column', a.attname::text FROM t
                JOIN pg_catalog.pg_attrdef f ON f.adrelid = t.oid
                JOIN pg_catalog.pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum AND a.attgenerated <> ''
            UNION ALL SELECT t.oid, 'pg_catalog.pg_class'::regclass, t.oid, 'table', '' FROM t),
        uses AS (
            SELECT p.relation, p.part, p.name, d.refclassid AS class, d.refobjid AS object FROM parts p
                JOIN pg_catalog.pg_depend d ON d.classid = p.class AND d.objid = p.object
            WHERE d.refclassid IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass, 'pg_catalog.pg_opclass'::regclass,
                'pg_catalog.pg_type'::regclass,
                'pg_catalog.pg_ts_config'::regclass, 'pg_catalog.pg_ts_dict'::regclass, 'pg_catalog.pg_am'::regclass)
                -- The types of columns are looked at where they are read: only their output functions run.
                AND NOT (p.part = 'table' AND d.objsubid > 0 AND d.refclassid = 'pg_catalog.pg_type'::regclass)),
        functions (relation, part, name, function) AS (
            SELECT u.relation, u.part, u.name, u.object FROM uses u WHERE u.class = 'pg_catalog.pg_proc'::regclass
            UNION SELECT u.relation, u.part, u.name, o.oprcode::oid FROM uses u JOIN pg_catalog.pg_operator o ON o.oid = u.object
                WHERE u.class = 'pg_catalog.pg_operator'::regclass
            UNION SELECT u.relation, u.part, u.name, a.amproc::oid FROM uses u JOIN pg_catalog.pg_opclass c ON c.oid = u.object
                JOIN pg_catalog.pg_amproc a ON a.amprocfamily = c.opcfamily
                WHERE u.class = 'pg_catalog.pg_opclass'::regclass
            UNION SELECT u.relation, u.part, u.name, o.oprcode::oid FROM uses u JOIN pg_catalog.pg_opclass c ON c.oid = u.object
                JOIN pg_catalog.pg_amop a ON a.amopfamily = c.opcfamily
                JOIN pg_catalog.pg_operator o ON o.oid = a.amopopr WHERE u.class = 'pg_catalog.pg_opclass'::regclass),
        trusted (oid) AS (
            SELECT f.oid FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_roles r ON r.oid = f.proowner AND r.rolsuper
                JOIN pg_catalog.pg_language l ON l.oid = f.prolang
            WHERE (f.oid < 16384 AND f.pronamespace = 'pg_catalog'::regnamespace) OR (l.lanname IN ('c', 'internal') AND f.provolatile = 'i'
                AND EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = f.oid
                    AND d.deptype = 'e'))),
        found (relation, part, name, kind, code) AS (
        SELECT f.relation, f.part, f.name, 'function', f.function::regprocedure::text FROM functions f WHERE f.function <> 0
            AND NOT EXISTS (SELECT FROM trusted WHERE trusted.oid = f.function)
        UNION SELECT u.relation, u.part, u.name, 'type', y.oid::regtype::text FROM uses u JOIN pg_catalog.pg_type y ON y.oid = u.object
            WHERE u.class = 'pg_catalog.pg_type'::regclass AND y.oid >= 16384 AND y.typtype <> 'e' AND NOT (y.typtype = 'b' AND y.typelem = 0
                AND EXISTS (SELECT FROM trusted WHERE trusted.oid = y.typinput::oid)
                    AND EXISTS (SELECT FROM trusted WHERE trusted.oid = y.typoutput::oid))
        UNION SELECT u.relation, u.part, u.name, 'text search', pg_catalog.pg_describe_object(u.class, u.object, 0) FROM uses u
            WHERE u.class IN ('pg_catalog.pg_ts_config'::regclass, 'pg_catalog.pg_ts_dict'::regclass) AND u.object >= 16384
        UNION SELECT u.relation, u.part, u.name, 'access method', m.amname::text FROM uses u JOIN pg_catalog.pg_am m ON m.oid = u.object
            WHERE u.class = 'pg_catalog.pg_am'::regclass AND m.oid >= 16384
        -- ANALYZE and indexes measure the length of ranges; reading them does not.
        UNION SELECT t.oid, 'column', c.attname::text, 'function', f.oid::regprocedure::text FROM t
            JOIN pg_catalog.pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0
            JOIN pg_catalog.pg_type y ON y.oid = c.atttypid
            JOIN pg_catalog.pg_range r ON CASE y.typtype WHEN 'd' THEN y.typbasetype ELSE y.oid END IN (r.rngtypid, r.rngmultitypid)
            JOIN pg_catalog.pg_proc f ON f.oid IN (r.rngsubdiff::oid, r.rngcanonical::oid)
            WHERE $2 AND NOT EXISTS (SELECT FROM trusted WHERE trusted.oid = f.oid)
        -- ANALYZE of the parent asks the foreign server.
        UNION SELECT t.oid, 'child', '', 'foreign table', t.oid::regclass::text FROM t JOIN pg_catalog.pg_class c ON c.oid = t.oid
            AND c.relkind = 'f')
        SELECT DISTINCT h.root, f.part, f.name, f.kind, f.code FROM found f JOIN h ON h.oid = f.relation ORDER BY 1, 2, 3, 4, 5
        """;

    /// <summary>As a report says it.</summary>
    public Bilingual Reason => new(
        $"{(Part == "table" ? "the table" : $"the table's {Part} {PartName}".TrimEnd())} uses the {Kind} {Name}, which may be a user's code",
        $"{PartEs()} usa {KindEs()} {Name}, que puede ser código de un usuario");

    /// <summary>By table; tables without any are left out.</summary>
    /// <param name="query">Runs it, with <c>search_path = pg_catalog, pg_temp</c>.</param>
    /// <param name="tables">Oids of tables and materialized views.</param>
    /// <param name="toChange">Whether they are to be analysed or indexed, with their children, and not only read.</param>
    public static async Task<ILookup<uint,
        UserCode>> OfAsync(Func<string, Func<NpgsqlDataReader, UserCode>, object[], Task<List<UserCode>>> query, IEnumerable<uint> tables,
        bool toChange) =>
        (await query(Sql, row => new UserCode(row.Oid(0), row.GetText(1), row.GetText(2), row.GetText(3), row.GetText(4)),
            [tables.Select(oid => (long)oid).ToArray(), toChange]).ConfigureAwait(false))
            .ToLookup(code => code.Table);

    private string PartEs() => Part switch
    {
        "index" => $"su índice {PartName}",
        "statistics" => $"su objeto de estadísticas {PartName}",
        "constraint" => $"su restricción {PartName}",
        "column" => $"su columna {PartName}",
        "child" => "una tabla hija",
        _ => "la propia tabla",
    };

    private string KindEs() => Kind switch
    {
        "function" => "la función",
        "type" => "el tipo",
        "access method" => "el método de acceso",
        "foreign table" => "la tabla foránea",
        _ => "el objeto de búsqueda de texto",
    };
}
