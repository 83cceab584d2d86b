using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using Xunit.v3;

namespace Nexus.TestKit;

/// <summary>
/// A test that hangs is cancelled, which fails it by its name and lets the others run. If it ignores the cancellation, the run ends and names it.
/// </summary>
/// <remarks>Each test project has the attribute, by tests/Directory.Build.props. NEXUS_TEST_MINUTES changes the limit; 0 means none.</remarks>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TestTimeLimitAttribute : BeforeAfterTestAttribute
{
    /// <summary>The longest test takes two minutes; this leaves room for a machine five times slower.</summary>
    private const double DefaultMinutes = 10;

    private const int HungExitCode = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(
        double.TryParse(Environment.GetEnvironmentVariable("NEXUS_TEST_MINUTES"), CultureInfo.InvariantCulture, out var minutes)
            ? minutes : DefaultMinutes);

    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, Timer> _timers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        if (Limit <= TimeSpan.Zero) return;
        var context = TestContext.Current;
        var isCancelled = false;
        _timers[test.UniqueID] = new Timer(_ =>
        {
            Console.Error.WriteLine($"{test.TestDisplayName} has not ended within {Limit.TotalMinutes} min");
            if (isCancelled) Environment.Exit(HungExitCode);
            isCancelled = true;
            context.CancelCurrentTest();
        }, null, Limit, Grace);
    }

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        if (_timers.TryRemove(test.UniqueID, out var timer)) timer.Dispose();
    }
}
