using Nexus.Postgres;

namespace Nexus.Tests.Postgres;

public class SqlScriptTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("-- only a comment;\n/* and; another */ ;;", 0)]
    [InlineData("SELECT 1", 1)]
    [InlineData("SELECT 1;SELECT 2;", 2)]
    [InlineData("SELECT ';';SELECT 2", 2)]
    [InlineData("SELECT 'it''s; one';SELECT 2", 2)]
    [InlineData("SELECT E'a\\';b';SELECT 2", 2)]
    [InlineData("SELECT 'a\\';SELECT 2", 2)]
    [InlineData("SELECT \"a;b\";SELECT 2", 2)]
    [InlineData("SELECT $$a;b$$;SELECT 2", 2)]
    [InlineData("SELECT $x$a;$$;b$x$;SELECT 2", 2)]
    [InlineData("SELECT $1;SELECT 2", 2)]
    [InlineData("SELECT a$b;SELECT c$d", 2)]
    [InlineData("SELECT 1 -- ; '\n;SELECT 2", 2)]
    [InlineData("SELECT 1 /* ; /* ; */ ; */;SELECT 2", 2)]
    [InlineData("SELECT 1 - -1; SELECT 4/2", 2)]
    public void Statements_end_at_semicolons_outside_quotes_and_comments(string text, int count) => Assert.Equal(count, SqlScript.Split(text).Count);

    [Fact]
    public void Nothing_of_the_text_is_lost()
    {
        const string text = "-- why\nCREATE TABLE a (b text DEFAULT ';');\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$";

        Assert.Equal(["-- why\nCREATE TABLE a (b text DEFAULT ';')", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$"],
            SqlScript.Split(text));
    }

    [Fact]
    public void An_unfinished_quote_reaches_to_the_end() => Assert.Equal(["SELECT ';"], SqlScript.Split("SELECT ';"));
}
