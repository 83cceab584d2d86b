namespace Nexus.Postgres;

/// <summary>
/// Where the rows of a table are in a database with several shards, as the SQL of a move needs it. Every table states it, so that none is left
/// behind.
/// </summary>
internal sealed record TablePlacement
{
    private TablePlacement(string? bucket, IReadOnlyList<KeyPart> key) => (Bucket, Key) = (bucket, key);

    /// <summary>On the home shard, whatever their keys.</summary>
    public static TablePlacement Home { get; } = new(null, []);

    /// <summary>
    /// The bucket of a row as an expression, in which <c>{s}</c> is the schema and <c>{r}</c> the row; NULL for a row that is on the home shard.
    /// Null where all rows are.
    /// </summary>
    public string? Bucket { get; }

    /// <summary>The primary key.</summary>
    public IReadOnlyList<KeyPart> Key { get; }

    /// <summary>Rows that move with their bucket.</summary>
    /// <param name="bucket">As <see cref="Bucket"/>.</param>
    /// <param name="key">The columns of the primary key.</param>
    public static TablePlacement Of(string bucket, params KeyPart[] key) => new(bucket, key);

    /// <summary>Rows that move with the bucket of the chat in their column chat_id.</summary>
    /// <param name="key">The columns of the primary key.</param>
    public static TablePlacement OfChat(params KeyPart[] key) => Of("{s}.nexus_bucket({r}.chat_id)", key);
}

/// <summary>A column of a primary key.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Noted">The column of <c>nexus_leaving_rows</c> that notes its value, of the same type.</param>
internal sealed record KeyPart(string Column, string Noted)
{
    /// <summary>A text.</summary>
    public static KeyPart Text(string column) => new(column, "key");

    /// <summary>An instant.</summary>
    public static KeyPart Instant(string column) => new(column, "at");

    /// <summary>A UUID.</summary>
    public static KeyPart Uuid(string column) => new(column, "id");
}
