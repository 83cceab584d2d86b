using System.Globalization;
using System.Text.RegularExpressions;

namespace Nexus.Tests.Scripts;

/// <summary>./test counts right whatever happens, and ends with one line that says so.</summary>
public sealed partial class TestScriptTests : IDisposable
{
    private readonly FakeCheckout _checkout = new();

    public TestScriptTests()
    {
        foreach (var installed in new[] { "chromium", "chromedriver", "promtool", "python3", "node", "npm", "zsh", "fish", "mandoc" })
            _checkout.Program(installed, "");
        Suites();
    }

    public void Dispose() => _checkout.Dispose();

    [Fact]
    public async Task Totals_are_summed_over_the_suites()
    {
        Suites(("A.Tests", 5, 0, 0, 0), ("B.Tests", 7, 0, 0, 0));

        await EndsAsync(0, "12 passed, 0 failed");
    }

    [Fact]
    public async Task A_failure_is_shown_in_full_and_fails_the_run()
    {
        Suites(("A.Tests", 5, 0, 0, 0), ("B.Tests", 6, 1, 0, 1));

        var output = await EndsAsync(1, "11 passed, 1 failed");

        Assert.Contains("log of B.Tests", output, StringComparison.Ordinal);
        Assert.DoesNotContain("log of A.Tests", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_that_failed_and_passes_alone_is_named_as_unstable()
    {
        Suites(("A.Tests", 5, 1, 0, 1));
        Fails("A.Tests", "A.Tests.Waits(text: \"x: y\")");
        Repeated("A.Tests", passed: 1, exitCode: 0);

        Assert.Contains("  A.Tests.Waits(text: \"x: y\")\n", await EndsAsync(0, "6 passed, 0 failed, 1 unstable"), StringComparison.Ordinal);
        Assert.Contains("-method A.Tests.Waits ",
            await File.ReadAllTextAsync(Path.Combine(_checkout.Root, "calls"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 0)]
    public async Task A_test_that_fails_again_or_is_not_found_again_is_failed(int passed, int exitCode)
    {
        Suites(("A.Tests", 5, 1, 0, 1));
        Fails("A.Tests", "A.Tests.Waits");
        Repeated("A.Tests", passed, exitCode);

        Assert.DoesNotContain("Unstable", await EndsAsync(1, "5 passed, 1 failed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_failures_none_is_repeated()
    {
        Suites(("A.Tests", 5, 4, 0, 1));
        Fails("A.Tests", "A.Tests.One", "A.Tests.Two", "A.Tests.Three", "A.Tests.Four");
        Repeated("A.Tests", passed: 1, exitCode: 0);

        Assert.Contains("  A.Tests.Four\n", await EndsAsync(1, "5 passed, 4 failed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Skipped_tests_are_said_only_when_there_are_any()
    {
        Suites(("A.Tests", 5, 0, 2, 0));

        await EndsAsync(0, "5 passed, 0 failed, 2 skipped");
    }

    [Fact]
    public async Task A_suite_that_crashes_counts_as_failed()
    {
        Suites(("A.Tests", 5, 0, 0, 0), ("B.Tests", -1, 0, 0, 134));

        await EndsAsync(1, "5 passed, 1 failed");
    }

    [Fact]
    public async Task A_suite_that_ends_badly_after_its_tests_passed_counts_as_failed()
    {
        Suites(("A.Tests", 5, 0, 0, 3));

        await EndsAsync(1, "5 passed, 1 failed");
    }

    [Fact]
    public async Task A_suite_without_tests_counts_as_failed()
    {
        Suites(("A.Tests", 5, 0, 0, 0), ("B.Tests", 0, 0, 0, 0));

        await EndsAsync(1, "5 passed, 1 failed");
    }

    [Fact]
    public async Task Fuzzing_is_done_by_its_own_script_alone()
    {
        Suites(("A.Tests", 5, 0, 0, 0));
        _checkout.Write("tests/Nexus.Fuzz/fuzz", "#!/bin/bash\necho \"$*\" >fuzzed\necho '1 passed, 0 failed'\n");
        File.SetUnixFileMode(Path.Combine(_checkout.Root, "tests/Nexus.Fuzz/fuzz"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await EndsAsync(0, "1 passed, 0 failed", "--fuzz", "60", "--target", "cron", "--no-install");

        Assert.Equal("60 cron --no-install\n", await File.ReadAllTextAsync(Path.Combine(_checkout.Root, "fuzzed"),
            TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("\n", "--mutate")]
    [InlineData("retry\n", "--mutate", "retry")]
    public async Task Mutation_testing_is_done_by_its_own_script_alone(string expected, params string[] arguments)
    {
        Suites(("A.Tests", 5, 0, 0, 0));
        _checkout.Write("tests/Nexus.Mutation/mutate", "#!/bin/bash\necho \"$*\" >mutated\necho '2 passed, 1 failed'\nexit 1\n");
        File.SetUnixFileMode(Path.Combine(_checkout.Root, "tests/Nexus.Mutation/mutate"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await EndsAsync(1, "2 passed, 1 failed", arguments);

        Assert.Equal(expected, await File.ReadAllTextAsync(Path.Combine(_checkout.Root, "mutated"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_soak_is_the_only_test_that_runs()
    {
        Suites(("A.Tests", 5, 0, 0, 0), ("Nexus.Faults.Tests", 1, 0, 0, 0));

        await EndsAsync(0, "1 passed, 0 failed", "--soak", "0.1");

        var calls = await File.ReadAllTextAsync(Path.Combine(_checkout.Root, "calls"), TestContext.Current.CancellationToken);
        Assert.Contains("-explicit only -class *SoakTests", calls, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("0.0")]
    public async Task A_soak_needs_its_hours(string hours)
    {
        var (exitCode, _, error) = await _checkout.RunAsync("test", "--soak", hours);

        Assert.Equal(2, exitCode);
        Assert.Contains("usage", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_suite_at_all_counts_as_failed() => await EndsAsync(1, "0 passed, 1 failed");

    [Fact]
    public async Task A_filter_goes_to_every_suite_and_may_leave_some_without_tests()
    {
        Suites(("A.Tests", 5, 0, 0, 0), ("B.Tests", 0, 0, 0, 0));

        var output = await EndsAsync(0, "5 passed, 0 failed", "--filter", "Some_name");

        Assert.Contains("nothing matches", output, StringComparison.Ordinal);
        Assert.Contains("-method *Some_name*", await File.ReadAllTextAsync(Path.Combine(_checkout.Root, "calls"),
            TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_matches_nowhere_counts_as_failed()
    {
        Suites(("A.Tests", 0, 0, 0, 0));

        await EndsAsync(1, "0 passed, 1 failed", "--filter=Nothing");
    }

    [Fact]
    public async Task A_build_that_fails_is_shown_and_counts_as_failed()
    {
        Suites(("A.Tests", 5, 0, 0, 0));
        _checkout.Write("fail-build", "");

        Assert.Contains("error CS0000", await EndsAsync(1, "0 passed, 1 failed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_format_is_shown_and_counts_as_failed_and_the_tests_run_all_the_same()
    {
        Suites(("A.Tests", 5, 0, 0, 0));
        _checkout.Write("fail-format", "");

        Assert.Contains("error WHITESPACE", await EndsAsync(1, "5 passed, 1 failed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_with_a_known_vulnerability_counts_as_failed_and_a_silent_registry_does_not()
    {
        Suites(("A.Tests", 5, 0, 0, 0));
        _checkout.Write("vulnerable", "");
        Assert.Contains("known vulnerabilities", await EndsAsync(1, "5 passed, 1 failed"), StringComparison.Ordinal);
        _checkout.Write("unreachable", "");
        Assert.Contains("not checked", await EndsAsync(0, "5 passed, 0 failed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_is_installed_by_name()
    {
        Suites(("A.Tests", 5, 0, 0, 0));
        File.Delete(Path.Combine(_checkout.Programs, "chromedriver"));
        HideInstalledPrograms();
        _checkout.Program("apt-get", $"echo \"$@\" >>{_checkout.Root}/apt; case $* in *install*) printf '#!/bin/sh' "
            + $">{_checkout.Programs}/chromedriver; chmod +x {_checkout.Programs}/chromedriver;; esac");
        _checkout.Program("sudo", "shift; \"$@\"");

        await EndsAsync(0, "5 passed, 0 failed");

        var calls = await File.ReadAllTextAsync(Path.Combine(_checkout.Root, "apt"), TestContext.Current.CancellationToken);
        Assert.Contains("chromium-driver", calls, StringComparison.Ordinal);
        Assert.Contains("-y", calls, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_installed_is_named_and_counts_as_failed()
    {
        Suites(("A.Tests", 5, 0, 0, 0));
        File.Delete(Path.Combine(_checkout.Programs, "chromedriver"));
        HideInstalledPrograms();
        _checkout.Program("sudo", "exit 1");
        _checkout.Program("apt-get", "exit 100");

        Assert.Contains("apt-get install", await EndsAsync(1, "5 passed, 1 failed"), StringComparison.Ordinal);
        Assert.Contains("--no-install", await EndsAsync(1, "5 passed, 1 failed", "--no-install"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_SDK_it_says_where_to_get_it()
    {
        _checkout.Program("dotnet", "exit 1");

        Assert.Contains(".NET 10 SDK", await EndsAsync(1, "0 passed, 1 failed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_argument_is_refused()
    {
        var (exitCode, output, error) = await _checkout.RunAsync("test", "--fliter", "x");

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("usage", error, StringComparison.Ordinal);
    }

    /// <summary>A path of only what the scripts themselves use, so that what this machine has installed is not found.</summary>
    private void HideInstalledPrograms()
    {
        foreach (var name in new[] { "bash", "basename", "cat", "chmod", "cut", "dirname", "env", "find", "grep", "head", "id", "mkdir", "mktemp",
            "printf", "readlink", "rm", "sed", "tail", "timeout", "touch", "tr", "true", "paste", "flock", "mv" })
            File.CreateSymbolicLink(Path.Combine(_checkout.Programs, name), File.Exists($"/usr/bin/{name}") ? $"/usr/bin/{name}" : $"/bin/{name}");
        _onlyPrograms = true;
    }

    private bool _onlyPrograms;

    private async Task<string> EndsAsync(int exitCode, string lastLine, params string[] arguments)
    {
        var environment = _checkout.Environment;
        environment["NEXUS_TEST_PG_BIN"] = "/nowhere";
        if (_onlyPrograms) environment["PATH"] = _checkout.Programs;
        var run = await TestKit.ChildProcess.RunAsync("/bin/bash", [_checkout.Script("test"), .. arguments], environment, workingDirectory: "/");
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lastLine, lines[^1]);
        Assert.Single(lines, line => ClosingLine().IsMatch(line));
        Assert.True(exitCode == run.ExitCode, run.Output + run.Error);
        return run.Output;
    }

    private void Fails(string suite, params string[] tests) =>
        _checkout.Write($"tests/{suite}/log", string.Concat(tests.Select(test => $"    {test} [FAIL]\n      why\n")));

    private void Repeated(string suite, int passed, int exitCode)
    {
        _checkout.Write($"tests/{suite}/again-result", $"""<assemblies><assembly name="x" passed="{passed}"></assembly></assemblies>""");
        _checkout.Write($"tests/{suite}/again-code", $"{exitCode}");
    }

    /// <summary>A dotnet whose suites have so many passed, failed and skipped tests (−1: no results at all) and end with a code.</summary>
    private void Suites(params (string Name, int Passed, int Failed, int Skipped, int ExitCode)[] suites)
    {
        foreach (var (name, passed, failed, skipped, exitCode) in suites)
        {
            _checkout.Write($"tests/{name}/bin/Release/net10.0/xunit.v3.runner.inproc.console.dll", "");
            const string end = """total="9"><collection failed="77" passed="77"/></assembly></assemblies>""";
            var xml = passed < 0 ? "" : string.Create(
                CultureInfo.InvariantCulture,
                $"""<assemblies><assembly name="x" errors="0" failed="{failed}" not-run="1" passed="{passed}" skipped="{skipped}" {end}""");
            _checkout.Write($"tests/{name}/result", xml);
            _checkout.Write($"tests/{name}/code", $"{exitCode}");
        }
        _checkout.Program("dotnet", """
            echo "$*" >>calls
            case $1 in
              --version) echo 10.0.100 ;;
              format) [ ! -e fail-format ] || { echo "error WHITESPACE"; exit 2; } ;;
              restore) ;;
              list) [ ! -e unreachable ] || exit 1; [ ! -e vulnerable ] || echo "Project X has the following vulnerable packages" ;;
              build) [ ! -e fail-build ] || { echo "error CS0000"; exit 1; } ;;
              tests/*)
                suite=$(echo "$1" | cut -d/ -f2)
                echo "log of $suite"
                [ ! -e "tests/$suite/log" ] || cat "tests/$suite/log"
                case $* in *" -method "*) [ ! -e "tests/$suite/again-code" ] || again=again- ;; esac
                result=tests/$suite/${again}result
                while [ $# -gt 0 ]; do [ "$1" != -result-xml ] || [ ! -s "$result" ] || cat "$result" >"$2"; shift; done
                exit "$(cat "tests/$suite/${again}code")" ;;
            esac
            """);
    }

    [GeneratedRegex(@"^\s*\d+ passed, \d+ failed", RegexOptions.NonBacktracking)]
    private static partial Regex ClosingLine();
}
