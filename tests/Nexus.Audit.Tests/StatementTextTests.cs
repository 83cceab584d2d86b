namespace Nexus.Audit.Tests;

public sealed class StatementTextTests
{
    [Theory]
    [InlineData("SELECT * FROM t WHERE id = $1", "SELECT * FROM t WHERE id = $1")]
    [InlineData("ALTER ROLE bot PASSWORD 'hunter2'", "ALTER ROLE bot PASSWORD ?")]
    [InlineData("SELECT 'it''s', E'a\\'b', 12.5e3, t1.c2 FROM \"o'clock\"", "SELECT ?, ?, ?, t1.c2 FROM \"o'clock\"")]
    [InlineData("DO $x$ SELECT 'hunter2' $x$", "DO ?")]
    [InlineData("SELECT 1 /* token: hunter2 */ -- hunter2\n, a", "SELECT ? , a")]
    public void What_is_shown_of_a_statement_has_no_constant_in_it(string text, string shown) => Assert.Equal(shown, StatementText.Shown(text));

    [Theory]
    [InlineData("SELECT pg_advisory_unlock_all()", true)]
    [InlineData("SELECT $1", true)]
    [InlineData("SELECT set_config($1, $2, $3)", true)]
    [InlineData("SELECT t.typname FROM pg_catalog.pg_type t", true)]
    [InlineData("SELECT config FROM sessions WHERE chat_id = $1", false)]
    [InlineData("SELECT nexus_close_trade($1)", false)]
    public void What_drivers_send_by_themselves_is_known(string text, bool isHousekeeping) =>
        Assert.Equal(isHousekeeping, StatementText.IsHousekeeping(text));

    [Theory]
    [InlineData("INSERT INTO public.sessions VALUES ($1) ON CONFLICT DO UPDATE SET a = 1", "INSERT", "public.sessions")]
    [InlineData("  update only \"Trades\" set a = $1", "UPDATE", "Trades")]
    [InlineData("WITH x AS (SELECT 1 FROM y FOR UPDATE OF y) DELETE FROM z USING x", "DELETE", "z")]
    public void The_target_of_a_write_is_read_from_its_text(string text, string verb, string table) =>
        Assert.Equal(new WriteTarget(verb, table), WriteTarget.Of(text));

    [Theory]
    [InlineData("SELECT * FROM sessions FOR UPDATE")]
    [InlineData("SELECT 'insert into x'")]
    public void What_writes_nothing_has_no_target(string text) => Assert.Null(WriteTarget.Of(text));

    [Theory]
    [InlineData("SELECT * FROM t WHERE id = 5", true)]
    [InlineData("INSERT INTO t VALUES ('a', $1)", false)]
    [InlineData("SELECT * FROM t WHERE id = $1 AND kind = 'x'", false)]
    [InlineData("SELECT * FROM t LIMIT 5", false)]
    [InlineData("SET x = 5", false)]
    public void Values_inside_a_statement_are_seen(string query, bool interpolated) => Assert.Equal(interpolated, Literals.AreInterpolated(query));
}
