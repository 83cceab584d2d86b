using Nexus.Cli;
using Nexus.Cli.Shell;
using Nexus.Cli.Terminal;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Shell;

/// <summary>The scripts in the real shells, where they are installed.</summary>
public sealed class CompletionTests : IDisposable
{
    private static readonly CommandDescription Root = CommandDescription.Of(new NexusCommand(new CommandConsole(TextWriter.Null, TextWriter.Null)));

    private readonly TempFolder _folder = new("completion");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string[]> Lines => new()
    {
        { "nexus ba", ["backup"] },
        { "nexus backup ", ["create", "list", "prune", "restore", "status", "verify"] },
        { "nexus serve --log-f", ["--log-format"] },
        { "nexus serve --log-format ", ["json", "simple"] },
        { "nexus serve --urls backup --fallback re", ["read-only", "read-write"] },
        { "nexus --config backup keys ro", ["rotate"] },
        { "nexus config sh", ["show"] },
        { "nexus completion ", ["bash", "fish", "zsh"] },
        { "nexus import fil", ["file-one", "file-two"] },
        { "nexus serve --data fol", ["folder"] },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Bash_completes(string line, string[] expected)
    {
        var script = Prepare(BashCompletion.Create(Root), "nexus.bash");
        var words = line.Split(' ');
        var program = $$"""
            source {{script}}
            COMP_WORDS=({{string.Join(' ', words.Select(word => $"'{word}'"))}})
            COMP_CWORD={{words.Length - 1}}
            _nexus_completion
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        Assert.Equal(expected, await ProposalsAsync("bash", ["--norc", "-c", program], line));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Fish_completes(string line, string[] expected)
    {
        SkipUnlessInstalled("fish");
        var script = Prepare(FishCompletion.Create(Root), "nexus.fish");
        Assert.Equal(expected, await ProposalsAsync("fish", ["--no-config", "-c", $"source {script}; complete -C '{line}'"], line));
    }

    /// <summary>The words as bash gives them, which splits at colons and equals signs, and what it puts in place of the last one.</summary>
    public static TheoryData<string[], string[]> SplitWords => new()
    {
        { ["nexus", "import", "with", ":", "co"], ["colon.json"] },
        { ["nexus", "import", "with", ":"], ["colon.json"] },
        { ["nexus", "import", "with spa"], ["with space.json"] },
        { ["nexus", "import", "$do"], ["$dollar.json"] },
        { ["nexus", "import", "--", "-da"], ["-dash.json"] },
        { ["nexus", "import", "--", "--fo"], [] },
        { ["nexus", "--config", "=", "with", ":", "co"], ["colon.json"] },
        { ["nexus", "--config=with:co"], ["--config=with:colon.json"] },
        { ["nexus", "--config", "a", ":", "backup", "keys", "ro"], ["rotate"] },
        { ["nexus", "serve", "--urls", "=", "http", ":", "//x", ":", "1", "--log-format", "js"], ["json"] },
        { ["nexus", "serve", "--log-format", "="], ["json", "simple"] },
        { ["nexus", "serve", "--log-format=js"], ["--log-format=json"] },
        { ["nexus", "unknown", "sh"], [] },
        { ["nexus", "config", "unknown", ""], [] },
        { ["nexus", "--unknown", "config", "sh"], ["show"] },
    };

    [Theory]
    [MemberData(nameof(SplitWords))]
    public async Task Bash_completes_words_that_it_has_split(string[] words, string[] expected)
    {
        foreach (var name in (string[])["with:colon.json", "with space.json", "$dollar.json", "-dash.json"]) File.WriteAllText(_folder[name], "");
        var script = Prepare(BashCompletion.Create(Root), "nexus.bash");
        var program = $$"""
            set -u
            source {{script}}
            COMP_WORDS=({{string.Join(' ', words.Select(word => $"'{word}'"))}})
            COMP_CWORD={{words.Length - 1}} IFS=:
            _nexus_completion
            [ ${#COMPREPLY[@]} = 0 ] || printf '%s\n' "${COMPREPLY[@]}"
            """;
        Assert.Equal(expected, await ProposalsAsync("bash", ["--norc", "-c", program], script));
    }

    [Theory]
    [InlineData("nexus import with:co", "with:colon.json")]
    [InlineData("nexus import -- -da", "-dash.json")]
    [InlineData("nexus --config a:backup keys ro", "rotate")]
    [InlineData("nexus unknown sh", null)]
    public async Task Fish_completes_odd_words(string line, string? expected)
    {
        SkipUnlessInstalled("fish");
        foreach (var name in (string[])["with:colon.json", "-dash.json"]) File.WriteAllText(_folder[name], "");
        var script = Prepare(FishCompletion.Create(Root), "nexus.fish");
        Assert.Equal(
            expected is null ? [] : [expected], await ProposalsAsync("fish", ["--no-config", "-c", $"source {script}; complete -C '{line}'"], line));
    }

    [Fact]
    public async Task Zsh_completes()
    {
        SkipUnlessInstalled("zsh");
        Prepare(ZshCompletion.Create(Root), "_nexus");
        // A real interactive zsh in a pseudo terminal: the completion system works only in its line editor.
        var program = $$"""
            zmodload zsh/zpty
            zpty child zsh -f -i
            zpty -w child 'PROMPT=; stty -echo; fpath=({{_folder.Path}} $fpath); autoload -Uz compinit; compinit -u -D'
            zpty -w child 'LISTMAX=0; bindkey "^X" list-choices; print READY'
            out=
            repeat 400; do zpty -rt child part && out+=$part; [[ $out == *READY* ]] && break; sleep 0.05; done
            # The proposals for a line, once the expected one is among them.
            propose() {
              local all= part
              zpty -n -w child "$1"$'\t'
              repeat 40; do
                zpty -n -w child $'\C-x'
                repeat 10; do zpty -rt child part && all+=$part; sleep 0.05; done
                [[ $all == *$2* ]] && break
              done
              print -r -- "LINE $1 => $all"
              zpty -n -w child $'\C-u'
            }
            propose 'nexus ba' 'restore'
            propose 'nexus config ' 'reference'
            propose 'nexus serve --log-format ' 'simple'
            propose 'nexus backup st' '--max-proof-age'
            zpty -d child
            """;
        var (exitCode, output, error) = await ChildProcess.RunAsync("zsh",
            ["-f", "-c", program], new Dictionary<string, string?> { ["TERM"] = "xterm" }, _folder.Path);
        Assert.True(exitCode == 0, output + error);
        foreach (var proposal in (string[])["restore", "reference", "json", "simple", "--max-proof-age"])
            Assert.Contains(proposal, output, StringComparison.Ordinal);
        Assert.DoesNotContain("_arguments:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_script_is_read_without_an_error()
    {
        await RunAsync("bash", "-n", Prepare(BashCompletion.Create(Root), "a.bash"));
        if (IsInstalled("zsh")) await RunAsync("zsh", "-n", Prepare(ZshCompletion.Create(Root), "a.zsh"));
        if (IsInstalled("fish")) await RunAsync("fish", "--no-execute", Prepare(FishCompletion.Create(Root), "a.fish"));
    }

    [Fact]
    public async Task The_program_prints_them()
    {
        using var nexus = new NexusProgram();
        Assert.Equal(BashCompletion.Create(Root), (await nexus.RunAsync("completion", "bash")).Expect(0).Output);
        (await nexus.RunAsync("completion", "tcsh")).Expect(2);
    }

    [Fact]
    public void An_option_takes_a_value_everywhere_or_nowhere_and_no_description_breaks_a_script()
    {
        var options = Root.All.SelectMany(command => command.Options).SelectMany(option => option.Names.Select(name => (name, option))).ToList();
        // fish knows options by name alone.
        Assert.Empty(options.GroupBy(found => found.name).Where(same => same.Select(found => found.option.Value is null).Distinct().Count() > 1)
            .Select(same => same.Key));
        Assert.True(Root.All.Count() > 40);
        Assert.All(Root.All, command => Assert.NotEmpty(command.Description));
        Assert.All(options, found => Assert.NotEmpty(found.option.Description));
    }

    private async Task<string[]> ProposalsAsync(string shell, string[] arguments, string line)
    {
        foreach (var name in (string[])["file-one", "file-two"]) File.WriteAllText(_folder[name], "");
        Directory.CreateDirectory(_folder["folder"]);
        Assert.NotEmpty(line);
        var (exitCode, output, error) = await ChildProcess.RunAsync(shell,
            arguments, new Dictionary<string, string?> { ["HOME"] = _folder.Path }, _folder.Path);
        Assert.True(exitCode == 0 && error.Length == 0, output + error);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(proposal => proposal.Split('\t')[0].TrimEnd('/'))
            .Order(StringComparer.Ordinal)];
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var (exitCode, output, error) = await ChildProcess.RunAsync(program, arguments);
        Assert.True(exitCode == 0 && error.Length == 0, output + error);
    }

    private string Prepare(string script, string name)
    {
        File.WriteAllText(_folder[name], script);
        return _folder[name];
    }

    private static void SkipUnlessInstalled(string shell) => Assert.SkipUnless(IsInstalled(shell), $"{shell} is not installed");

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
