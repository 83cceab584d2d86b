using System.CommandLine;
using Nexus.Cli;
using Nexus.Cli.Terminal;
using Nexus.Operations.Keys;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

public sealed class UsageTests
{
    [Theory]
    [InlineData()]
    [InlineData("bogus")]
    [InlineData("keys")]
    [InlineData("import")]
    [InlineData("export")]
    [InlineData("serve", "--nonsense")]
    [InlineData("serve", "--log-format", "xml")]
    [InlineData("serve", "--max-pool-size", "many")]
    [InlineData("serve", "--max-pool-size", "2")]
    [InlineData("serve", "--max-pool-size", "99999999999")]
    [InlineData("serve", "--max-pool-size")]
    [InlineData("bench", "--users", "-")]
    [InlineData("audit", "--window", "1x")]
    [InlineData("import", "--legacy-timezone", "Nowhere", "file")]
    [InlineData("export", "--json", "-")]
    public async Task A_command_line_that_is_none_ends_with_2_and_points_to_the_help(params string[] arguments)
    {
        using var nexus = new NexusProgram();
        var run = (await nexus.RunAsync(arguments)).Expect(2);
        Assert.Empty(run.Output);
        Assert.StartsWith("nexus: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alerts silence NexusDeadRows --for 5", "--for must be a duration")]
    [InlineData("alerts silence NexusDeadRows --for", "--for")]
    [InlineData("migrate --to first", "--to must be a whole number")]
    [InlineData("queries --watch=perhaps --json", "perhaps is an unexpected argument")]
    [InlineData("outbox resolve x --keep stored", "<number> must be a whole number")]
    [InlineData("serve --fallback readonly", "--fallback must be one of: off, read-only, read-write; did you mean read-only?")]
    [InlineData("completion tcsh", "must be one of: bash, zsh, fish")]
    public async Task A_value_that_cannot_be_read_is_named_with_what_is_allowed(string commandLine, string expected)
    {
        using var nexus = new NexusProgram();
        var run = (await nexus.RunAsync(commandLine.Split(' '))).Expect(2);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_option_of_any_command_ends_the_parser_or_names_a_type()
    {
        var root = new NexusCommand(new CommandConsole(TextWriter.Null, TextWriter.Null));
        var checkedOptions = 0;
        Visit(root, []);
        Assert.True(checkedOptions > 100);

        void Visit(Command command, string[] path)
        {
            foreach (var option in command.Options)
            {
                checkedOptions++;
                foreach (var value in (string[])["\u00bf", "-1", "99999999999999999999", ""])
                {
                    var parsed = root.Parse([.. path, $"{option.Name}={value}"]);
                    Assert.All(UsageErrors.Of(parsed), error => Assert.DoesNotContain("System.", error, StringComparison.Ordinal));
                }
            }
            foreach (var subcommand in command.Subcommands) Visit(subcommand, [.. path, subcommand.Name]);
        }
    }

    [Theory]
    [InlineData("sevre", "did you mean serve?")]
    [InlineData("migrat", "did you mean migrate?")]
    [InlineData("keys rotat", "did you mean rotate?")]
    [InlineData("keys --jsn", "--jsn is not an option of nexus keys")]
    [InlineData("serve --url http://127.0.0.1:0", "did you mean --urls?")]
    [InlineData("serve --datbase x", "did you mean --database?")]
    [InlineData("status --vrbose", "did you mean --verbose?")]
    [InlineData("nothinglikeit", "nothinglikeit is not a command\n")]
    [InlineData("status extra", "extra is an unexpected argument of nexus status\n")]
    public async Task A_misspelt_word_gets_the_likely_one(string commandLine, string expected)
    {
        using var nexus = new NexusProgram();
        Assert.Contains(expected, (await nexus.RunAsync(commandLine.Split(' '))).Expect(2).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("status")]
    [InlineData("import")]
    [InlineData("export")]
    [InlineData("keys", "generate")]
    [InlineData("keys", "list")]
    [InlineData("keys", "verify")]
    [InlineData("keys", "rotate")]
    public async Task Help_says_what_a_command_does_and_shows_how_it_is_used(params string[] command)
    {
        using var nexus = new NexusProgram();
        var help = (await nexus.RunAsync([.. command, "--help"])).Expect(0);
        Assert.Contains("Description:", help.Output, StringComparison.Ordinal);
        Assert.Contains("Usage:\n  nexus " + string.Join(' ', command), help.Output, StringComparison.Ordinal);
        Assert.Contains("Examples:", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status", "--database", "postgres://user:hidden-word@127.0.0.1:1/db?sslmode=disable")]
    [InlineData("serve", "--database", "postgres://user:hidden-word@127.0.0.1:1/db?sslmode=disable")]
    [InlineData("export", "out", "--database", "postgres://user:hidden-word@127.0.0.1:1/db?sslmode=disable")]
    [InlineData("keys", "rotate", "--database", "postgres://user:hidden-word@127.0.0.1:1/db?sslmode=disable")]
    public async Task A_database_that_cannot_be_reached_is_one_line_without_its_password(params string[] arguments)
    {
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        var run = (await nexus.RunAsync(arguments)).Expect(1);
        run.ExpectOneLine("127.0.0.1:1");
        Assert.DoesNotContain("hidden-word", run.Output + run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-word", (await nexus.RunAsync([.. arguments, "--verbose"])).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostgreSQL_without_a_key_is_refused_with_the_way_out()
    {
        using var nexus = new NexusProgram();
        await using var database = await TestKit.TestDatabase.CreateAsync();
        (await nexus.RunAsync("serve", "--urls", "http://127.0.0.1:0", "--database", database.Url)).Expect(1).ExpectOneLine("nexus keys generate");
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"));
    }
}
