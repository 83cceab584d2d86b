using Nexus.TestKit;

namespace Nexus.Tests.Scripts;

/// <summary>./nexus builds when it must, once, and then is the program.</summary>
public sealed class NexusScriptTests : IDisposable
{
    private readonly FakeCheckout _checkout = new();

    public NexusScriptTests() => _checkout.Program("dotnet", """
        case $1 in
          --version) echo 10.0.100 ;;
          --list-sdks) echo "8.0.100 [/somewhere]" ;;
          build)
            echo build >>builds
            sleep 0.2
            [ ! -e fail-build ] || { echo "error CS0000"; exit 1; }
            [ ! -e interrupt-build ] || exit 0
            while [ "$1" != -o ]; do shift; done
            touch "$2/Nexus.Cli.dll"
            while [[ $1 != -p:BuiltFile=* ]]; do shift; done
            touch "${1#*=}" ;;
          *) [ "$2" != serve ] || trap 'echo stopping; exit 7' TERM
            echo "runs as $$ in $PWD: ${*:2}"; if [ "$2" = serve ]; then sleep 60 & wait; fi ;;
        esac
        """);

    public void Dispose() => _checkout.Dispose();

    private int Builds => File.ReadAllLines(Path.Combine(_checkout.Root, "builds")).Length;

    [Fact]
    public async Task It_builds_at_the_first_start_and_then_only_when_a_source_is_newer()
    {
        var first = await _checkout.RunAsync("nexus", "status", "--json", "a b");
        Assert.Equal(0, first.ExitCode);
        Assert.EndsWith(": status --json a b\n", first.Output, StringComparison.Ordinal);
        Assert.Contains("in /", first.Output, StringComparison.Ordinal);
        Assert.Contains("building", first.Error, StringComparison.Ordinal);

        var second = await _checkout.RunAsync("nexus", "status");
        Assert.Equal(("", 1), (second.Error, Builds));

        _checkout.Write("src/Nexus/Trades/Trade.cs", "");
        await _checkout.RunAsync("nexus");
        _checkout.Write("src/Nexus.Cli/obj/made-by-a-build.cs", "");
        await _checkout.RunAsync("nexus");
        Assert.Equal(2, Builds);
        // Another build changes the times of the folders, and what it makes there is no source.
        _checkout.Write("src/Nexus/obj/made-by-another-build.cs", "");
        Directory.SetLastWriteTimeUtc(Path.Combine(_checkout.Root, "src/Nexus"), DateTime.UtcNow.AddMinutes(1));
        await _checkout.RunAsync("nexus");
        Assert.Equal(2, Builds);
        Assert.Equal(["Nexus", "Nexus.Cli"], Directory.GetDirectories(Path.Combine(_checkout.Root, "src")).Select(Path.GetFileName).Order());

        File.Delete(Path.Combine(_checkout.Root, "src/Nexus/Trades/Trade.cs"));
        await _checkout.RunAsync("nexus");
        Assert.Equal(3, Builds);
    }

    [Fact]
    public async Task Many_first_starts_build_once()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => _checkout.RunAsync("nexus", $"{i}")));

        Assert.All(runs, run => Assert.Equal(0, run.ExitCode));
        Assert.Equal(1, Builds);
    }

    [Fact]
    public async Task It_is_found_through_a_link()
    {
        var link = Path.Combine(_checkout.Programs, "my-nexus");
        File.CreateSymbolicLink(link, _checkout.Script("nexus"));

        var run = await ChildProcess.RunAsync(link, ["status"], _checkout.Environment, workingDirectory: "/");

        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith(": status\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_becomes_the_program_so_that_signals_reach_it()
    {
        await using var nexus = ChildProcess.Start(_checkout.Script("nexus"), ["serve"], _checkout.Environment);
        await nexus.ReadLineAsync(line => line.StartsWith($"runs as {nexus.Id} ", StringComparison.Ordinal));

        nexus.Signal(ChildProcess.SigTerm);

        Assert.Equal(7, await nexus.WaitForExitAsync());
        Assert.Contains("stopping", nexus.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_fails_is_shown_and_tried_again()
    {
        _checkout.Write("fail-build", "");
        var failed = await _checkout.RunAsync("nexus", "status");
        Assert.Equal((1, ""), (failed.ExitCode, failed.Output));
        Assert.Contains("error CS0000", failed.Error, StringComparison.Ordinal);

        File.Delete(Path.Combine(_checkout.Root, "fail-build"));
        Assert.Equal(0, (await _checkout.RunAsync("nexus", "status")).ExitCode);
        Assert.Equal(2, Builds);
    }

    [Fact]
    public async Task A_build_that_a_signal_ends_is_not_taken_for_a_whole_one()
    {
        _checkout.Write("interrupt-build", "");
        var interrupted = await _checkout.RunAsync("nexus", "status");
        Assert.Equal((1, ""), (interrupted.ExitCode, interrupted.Output));
        Assert.Contains("interrupted", interrupted.Error, StringComparison.Ordinal);

        File.Delete(Path.Combine(_checkout.Root, "interrupt-build"));
        Assert.Equal(0, (await _checkout.RunAsync("nexus", "status")).ExitCode);
        Assert.Equal(2, Builds);
    }

    [Fact]
    public async Task Without_the_SDK_it_says_where_to_get_it()
    {
        _checkout.Program("dotnet", "case $1 in --version) exit 1 ;; --list-sdks) echo '8.0.100 [/somewhere]' ;; esac");

        var run = await _checkout.RunAsync("nexus", "status");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(".NET 10 SDK", run.Error, StringComparison.Ordinal);
        Assert.Contains("8.0.100", run.Error, StringComparison.Ordinal);
    }
}
