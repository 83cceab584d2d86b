using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Nexus.Bench;

/// <summary>The load generator <see href="https://github.com/wg/wrk">wrk</see>: a process with one thread that repeats prepared requests.</summary>
internal sealed partial class Wrk : IDisposable
{
    private readonly Uri _server;
    private readonly int _connections;
    private readonly string _script = Path.GetTempFileName();

    /// <param name="server">The server to connect to.</param>
    /// <param name="connections">The connections that are open at once.</param>
    /// <param name="requests">Whole requests, which it sends in turn.</param>
    public Wrk(Uri server, int connections, IEnumerable<byte[]> requests)
    {
        (_server, _connections) = (server, connections);
        var script = new StringBuilder("local requests = {\n");
        foreach (var request in requests) script.Append(CultureInfo.InvariantCulture, $"  [=====[\n{Encoding.ASCII.GetString(request)}]=====],\n");
        script.Append(
            """
            }
            for n = 1, #requests do requests[n] = requests[n]:gsub("\r?\n", "\r\n") end
            local turn = 0
            request = function()
              turn = turn % #requests + 1
              return requests[turn]
            end

            """);
        File.WriteAllText(_script, script.ToString());
    }

    /// <exception cref="InvalidOperationException">wrk is not installed, or a request failed.</exception>
    public async Task<Figures> RunAsync(string way, TimeSpan duration)
    {
        var seconds = Math.Max(1, (int)duration.TotalSeconds);
        var start = new ProcessStartInfo("wrk", ["-t1", $"-c{_connections}", $"-d{seconds}s", "--latency", "-s", _script, _server.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        using var wrk = Start(start);
        var (output, errors) = (wrk.StandardOutput.ReadToEndAsync(), wrk.StandardError.ReadToEndAsync());
        await wrk.WaitForExitAsync();
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var report = await output;
        if (wrk.ExitCode != 0 || Failures().IsMatch(report)) throw new InvalidOperationException($"{way}: {report}{await errors}");
        return new Figures(
            way,
            double.Parse(Rate().Match(report).Groups["value"].ValueSpan, CultureInfo.InvariantCulture),
            Milliseconds(Median().Match(report)),
            Milliseconds(Slowest().Match(report)),
            allocated / Math.Max(1, long.Parse(Count().Match(report).Groups["value"].ValueSpan, CultureInfo.InvariantCulture)));
    }

    public void Dispose() => File.Delete(_script);

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException("wrk is not installed. Install the package wrk.", error);
        }
    }

    private static double Milliseconds(Match match)
    {
        var unit = match.Groups["unit"].Value switch { "us" => 0.001, "ms" => 1, _ => 1000 };
        return unit * double.Parse(match.Groups["value"].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("Non-2xx|Socket errors", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Failures();

    [GeneratedRegex(@"Requests/sec:\s+(?<value>[0-9.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rate();

    [GeneratedRegex(@"(?<value>[0-9]+) requests in", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Count();

    [GeneratedRegex(@"50%\s+(?<value>[0-9.]+)(?<unit>us|ms|s)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Median();

    [GeneratedRegex(@"99%\s+(?<value>[0-9.]+)(?<unit>us|ms|s)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Slowest();
}
