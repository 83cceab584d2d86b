using Npgsql;

namespace Nexus.Sharding;

/// <summary>Primary keys of rows of one table, as three columns of which the table uses some.</summary>
internal sealed class MovedKeys
{
    private readonly List<string?> _texts = [];
    private readonly List<DateTime?> _instants = [];
    private readonly List<Guid?> _ids = [];

    public int Count => _texts.Count;

    public IEnumerable<DateTime> Instants => _instants.OfType<DateTime>();

    public IEnumerable<string> Texts => _texts.OfType<string>();

    /// <summary>Adds the key of a row whose columns are text, instant and UUID.</summary>
    /// <param name="row">The row.</param>
    /// <param name="first">The number of the first column.</param>
    public void Add(NpgsqlDataReader row, int first = 0) => Add(
        row.IsDBNull(first) ? null : row.GetString(first), row.IsDBNull(first + 1) ? null : row.GetDateTime(first + 1),
        row.IsDBNull(first + 2) ? null : row.GetGuid(first + 2));

    public void Add(string? text, DateTime? instant, Guid? id)
    {
        _texts.Add(text);
        _instants.Add(instant);
        _ids.Add(id);
    }

    public void Add(MovedKeys other)
    {
        _texts.AddRange(other._texts);
        _instants.AddRange(other._instants);
        _ids.AddRange(other._ids);
    }

    /// <summary>The parameters of a statement over keys.</summary>
    public object[] Parameters => [_texts.ToArray(), _instants.ToArray(), _ids.ToArray()];

    /// <summary>The parameters of several statements, each over so many keys.</summary>
    public IEnumerable<object[]> Chunks(int size)
    {
        for (var from = 0; from < Count; from += size)
        {
            var length = Math.Min(size, Count - from);
            yield return [_texts.GetRange(from, length).ToArray(), _instants.GetRange(from, length).ToArray(), _ids.GetRange(from, length).ToArray()];
        }
    }
}
