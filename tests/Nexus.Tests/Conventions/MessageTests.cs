using System.Text.RegularExpressions;
using Nexus.Operations.Status;

namespace Nexus.Tests.Conventions;

/// <summary>The library speaks of its options, and the program of its own; one table stands between.</summary>
public sealed partial class MessageTests
{
    [Fact]
    public void No_message_of_the_library_speaks_the_command_line()
    {
        var files = Sources.Files("src/Nexus").Where(file => file.EndsWith(".cs", StringComparison.Ordinal)
            && !file.EndsWith("NexusOptions.cs", StringComparison.Ordinal)).ToList();

        Assert.True(files.Count > 100, "the sources were not found");
        Assert.Empty(files.SelectMany(file => File.ReadLines(Path.Combine(Sources.Root, file))
            .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            .SelectMany(line => CommandLineWord().Matches(line))
            .Select(found => $"{file}: {found.Value}")));
        Assert.Matches(CommandLineWord(), "\"name another folder with --da" + "ta\"");
    }

    [Theory]
    [InlineData("Keys: no key is given; generate a key and set it",
        "NEXUS_KEYS: no key is given; create one with `nexus keys generate` and set NEXUS_KEYS to it")]
    [InlineData("Database: the server refused the password", "DATABASE_URL: the server refused the password")]
    [InlineData("nexus_meta/canary: Keys: wrong", "nexus_meta/canary: NEXUS_KEYS: wrong")]
    [InlineData("name another NexusOptions.DataFolder", "name another --data")]
    [InlineData("lower NexusOptions.MaxPoolSize (or connection_limit in NexusOptions.Database)",
        "lower --max-pool-size of nexus serve (or connection_limit in DATABASE_URL)")]
    [InlineData("the database lacks a table; migrate the database", "the database lacks a table; run nexus migrate")]
    [InlineData("Keys: Database: wrong: NexusOptions.Keys: too short", "NEXUS_KEYS: DATABASE_URL: wrong: NEXUS_KEYS: too short")]
    [InlineData("no Keys: wrong", "no Keys: wrong")]
    [InlineData("wrong Database: ", "wrong Database: ")]
    [InlineData("raise NexusOptions.ConnectTimeout", "raise NEXUS_CONNECT_TIMEOUT")]
    [InlineData("raise NexusOptions.Unknown", "raise Unknown")]
    [InlineData("Writers: must be 1 to 16", "Writers: must be 1 to 16")]
    public void The_program_says_it_in_its_own_terms(string library, string program) => Assert.Equal(program, OperatorTerms.Translate(library));

    /// <summary>An option, a variable or a command inside a text.</summary>
    [GeneratedRegex(
        "\"[^\"]*(?: --[a-z]|DATABASE_URL|NEXUS_[A-Z]|ENCRYPTION_KEY|TELEGRAM_CHAT_ID"
        + "|nexus (?:migrate|keys|serve|outbox|status|import|export|audit)\\b(?! v[0-9]))[^\"]*\"")]
    private static partial Regex CommandLineWord();
}
