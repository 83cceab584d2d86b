namespace Nexus.Audit.Tests;

public sealed class StatementShapeTests
{
    [Theory]
    [InlineData("SELECT * FROM trades WHERE chat_id = $1", "trades: chat_id=1")]
    [InlineData("SELECT t.note FROM app.trades AS t WHERE t.chat_id = $1 AND (t.status)::text = $2 AND t.at >= now() - $3 ORDER BY t.at",
        "app.trades t: t.chat_id=1 t.status=1 t.at<")]
    [InlineData("UPDATE ONLY trades SET note = $1 WHERE chat_id IN ($2, $3, $4)", "trades: chat_id=3")]
    [InlineData("DELETE FROM trades USING users u WHERE $1 = trades.id AND u.id = trades.user_id", "trades, users u: trades.id=1")]
    [InlineData("SELECT FROM a JOIN b ON b.x = a.x AND b.kind = $1 WHERE a.id = ANY ($2)", "a, b: b.kind=1 a.id=10")]
    [InlineData("SELECT FROM a WHERE x = $1 OR y = $2", "a: ")]
    [InlineData("SELECT FROM a WHERE NOT (x = $1)", "a: ")]
    [InlineData("SELECT FROM a WHERE x IS NOT NULL AND y = $1", "a: y=1")]
    [InlineData("SELECT FROM a WHERE lower(x) = $1", "a: ")]
    [InlineData("SELECT FROM a WHERE x = b", "a: ")]
    [InlineData("SELECT FROM a WHERE x BETWEEN $1 AND $2 AND y = $3", "a: x< y=1")]
    [InlineData("SELECT FROM a WHERE EXISTS (SELECT FROM b WHERE b.x = a.x AND b.y = $1) AND a.z = $2", "a: a.z=1 | b: b.y=1")]
    [InlineData("WITH a AS (SELECT FROM b WHERE x = $1) SELECT FROM a WHERE y = $2", "b: x=1")]
    [InlineData("SELECT extract(epoch FROM at) FROM a WHERE x IS DISTINCT FROM $1 AND y = $2", "a: y=1")]
    [InlineData("INSERT INTO a VALUES ($1) ON CONFLICT (id) DO UPDATE SET x = $2", "")]
    [InlineData("SELECT FROM \"A\"\"b\" WHERE \"Id\" = $1", "A\"b: Id=1")]
    [InlineData("SELECT FROM f($1) WHERE x = $2", "")]
    public void It_reads_tables_and_the_conditions_that_hold_for_all_rows(string text, string expected) =>
        Assert.Equal(expected, string.Join(" | ", StatementShape.Read(text).Select(Describe)));

    private static string Describe(StatementShape shape) =>
        string.Join(", ", shape.Tables.Select(table =>
            $"{(table.Schema is null ? "" : table.Schema + ".")}{table.Name}{(table.Alias == table.Name ? "" : " " + table.Alias)}")) + ": "
        + string.Join(' ', shape.Conditions.Distinct()
            .Select(condition => (condition.Qualifier is null ? "" : condition.Qualifier + ".") + condition.Column
                + (condition.Values is { } values ? $"={values}" : "<")));
}
