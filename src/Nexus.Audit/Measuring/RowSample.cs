using System.Diagnostics;
using System.Text;
using Npgsql;

namespace Nexus.Audit;

/// <summary>
/// Rows of a table, read without running anything that its owner wrote. COPY of a table's columns is not planned: it opens no index, no statistics,
/// no constraint and no view, and a table with active row security, a view or a foreign table in its place is an error. What runs are the output
/// functions of the columns' types, which are the server's (<see cref="ColumnDefinition.Type"/>). A concurrent
/// change of the table does not affect that. <see cref="UserCode"/> is checked first, so that neither guard is the only one.
/// </summary>
internal sealed class RowSample
{
    private const int LongestDocument = 262_144, LongestText = 4096;

    /// <summary>Where the reading of a table ends: COPY knows no LIMIT, and rows further on are as good.</summary>
    private const int MostBytes = 8 << 20, RowsReadForOneKept = 20;

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    private const int MostPartitions = 8;

    private const string TablesSql = """
        SELECT u.oid::oid, c.oid, n.nspname::text, c.relname::text, pg_catalog.row_security_active(c.oid), c.relam = 2
        FROM pg_catalog.unnest($1::bigint[]) AS u(oid)
        CROSS JOIN LATERAL (SELECT p.relid FROM pg_catalog.pg_partition_tree(u.oid::oid::regclass) p WHERE p.isleaf UNION SELECT u.oid::oid) l (oid)
        JOIN pg_catalog.pg_class c ON c.oid = l.oid AND c.relkind = 'r'
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        ORDER BY 1, 2
        """;

    private sealed record Part(uint Table, uint Oid, string Schema, string Name, bool IsFiltered, bool IsHeap);

    private readonly CheckContext _context;
    private readonly ILookup<uint, Part> _parts;
    private readonly ILookup<uint, UserCode> _code;

    private RowSample(CheckContext context, ILookup<uint, Part> parts, ILookup<uint, UserCode> code) =>
        (_context, _parts, _code) = (context, parts, code);

    /// <summary>Looks at the tables of these columns.</summary>
    public static async Task<RowSample> PrepareAsync(CheckContext context, IEnumerable<ColumnDefinition> columns)
    {
        var tables = columns.Select(column => (long)column.TableOid).Distinct().ToArray();
        var parts = await context.QueryAsync(
            TablesSql, row => new Part(row.Oid(0), row.Oid(1), row.GetText(2), row.GetText(3), row.GetBoolean(4), row.GetBoolean(5)), tables)
                .ConfigureAwait(false);
        var code = await UserCode.OfAsync((sql, read, parameters) => context.QueryAsync(sql, read, parameters),
            parts.SelectMany(part => (uint[])[part.Table, part.Oid]).Distinct(), toChange: false).ConfigureAwait(false);
        return new RowSample(context, parts.ToLookup(part => part.Table), code);
    }

    /// <summary>
    /// Some rows of a table, as texts; null where a value is NULL, longer than is looked at, or of a generated column, which only repeats others.
    /// </summary>
    /// <param name="columns">Of one table, all readable.</param>
    /// <param name="rows">How many at most.</param>
    /// <returns>Null if it was not read; the reason was reported.</returns>
    public async Task<IReadOnlyList<string?[]>?> ReadAsync(IReadOnlyList<ColumnDefinition> columns, int rows)
    {
        var table = columns[0];
        var parts = _parts[table.TableOid].ToList();
        if (parts.SelectMany(part => _code[part.Oid]).Concat(_code[table.TableOid]).FirstOrDefault() is { } code)
        {
            _context.CannotSee(new($"{table.FullTable} was not sampled: {code.Reason.En}", $"no se muestreó {table.FullTable}: {code.Reason.Es}"));
            return null;
        }
        if (table.IsFiltered || parts.Exists(part => part.IsFiltered))
        {
            _context.CannotSee(
                new($"{table.FullTable} was not sampled: its row security policies would run",
                    $"no se muestreó {table.FullTable}: se ejecutarían sus políticas de seguridad por filas"),
                $"ALTER ROLE {SafeSql.Name(_context.Server.User)} BYPASSRLS");
            return null;
        }
        var stored = columns.Select((column, i) => (column, i)).Where(pair => !pair.column.IsGenerated).ToList();
        if (stored.Count == 0) return [];
        // Evenly over the partitions, by age.
        var chosen = parts.Count <= MostPartitions
            ? parts : [.. Enumerable.Range(0, MostPartitions).Select(i => parts[i * (parts.Count - 1) / (MostPartitions - 1)])];
        var found = new List<string?[]>();
        foreach (var part in chosen)
        {
            if (!part.IsHeap)
            {
                _context.CannotSee(new($"{part.Schema}.{part.Name} was not sampled: it is not stored as a heap",
                    $"no se muestreó {part.Schema}.{part.Name}: no se almacena como heap"));
                continue;
            }
            var wanted = (rows + chosen.Count - 1) / chosen.Count;
            var kept = new List<string?[]>();
            var error = await _context.TryAsync(() => CopyAsync(part, columns.Count, stored, wanted, kept)).ConfigureAwait(false);
            if (error == PostgresErrorCodes.InsufficientPrivilege) _context.CannotRead(part.Schema, part.Name);
            else if (error is not null && error != PostgresErrorCodes.QueryCanceled) _context.CannotSee(
                new($"{part.Schema}.{part.Name} could not be sampled", $"no se pudo muestrear {part.Schema}.{part.Name}"));
            found.AddRange(kept);
        }
        return found;
    }

    private async Task CopyAsync(Part part, int width, List<(ColumnDefinition Column, int Place)> columns, int wanted, List<string?[]> kept)
    {
        var cancellationToken = _context.CancellationToken;
        var sql =
            $"COPY {SafeSql.Name(part.Schema, part.Name)} ({string.Join(", ", columns.Select(pair => SafeSql.Name(pair.Column.Name)))}) TO STDOUT "
            + "(FORMAT BINARY)";
        var started = Stopwatch.GetTimestamp();
        var stream = await _context.CopyAsync(sql).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var reader = new CopyReader(stream);
            await reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
            for (long seen = 0; await reader.ReadFieldCountAsync(cancellationToken).ConfigureAwait(false) >= 0; seen++)
            {
                var row = new string?[width];
                foreach (var (column, place) in columns) row[place] = await ReadAsync(reader, column.Type, cancellationToken).ConfigureAwait(false);
                // Reservoir: each row read is kept with the same chance.
                if (kept.Count < wanted) kept.Add(row);
                else if (Random.Shared.NextInt64(seen + 1) is var at && at < wanted) kept[(int)at] = row;
                if (seen >= (long)RowsReadForOneKept * wanted || reader.Bytes >= MostBytes || Stopwatch.GetElapsedTime(started) > Longest)
                {
                    await stream.CancelAsync().ConfigureAwait(false);
                    return;
                }
            }
        }
    }

    private static async ValueTask<string?> ReadAsync(CopyReader reader, string type, CancellationToken cancellationToken)
    {
        var isLong = type is "json" or "jsonb" || type.StartsWith('_');
        var (value, isCut) = await reader.ReadFieldAsync(isLong ? LongestDocument : LongestText, cancellationToken).ConfigureAwait(false);
        return value is null ? null : type switch
        {
            // A document that is cut off is none. jsonb begins with its version.
            "json" => isCut ? null : Encoding.UTF8.GetString(value),
            "jsonb" => isCut ? null : Encoding.UTF8.GetString(value.AsSpan(Math.Min(1, value.Length))),
            "_text" or "_varchar" or "_int2" or "_int4" => CopyReader.ArrayJson(value, type is "_int2" or "_int4"),
            "int2" or "int4" or "int8" => CopyReader.Integer(value),
            _ => Encoding.UTF8.GetString(value),
        };
    }
}
