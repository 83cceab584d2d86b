using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Xml.Linq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Leases;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.TestKit;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Tests.Conventions;

/// <summary>
/// What a caller of the library may count on at every entry point: documentation with an example, and arguments that are checked first.
/// </summary>
public sealed class EntryPointTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Type[] Features = [.. typeof(NexusDb).GetProperties(Declared).Select(property => property.PropertyType)
        .Where(type => type.Name.StartsWith("Nexus", StringComparison.Ordinal))];

    private static readonly MethodInfo[] Entries = [.. Features.Append(typeof(NexusDb)).Append(typeof(NexusServiceCollectionExtensions))
        .SelectMany(type => type.GetMethods(Declared))
        .Where(method => !method.IsSpecialName && method.Name != nameof(IAsyncDisposable.DisposeAsync)
            && method.GetCustomAttribute<ExperimentalAttribute>() is null)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_entry_point_is_documented_with_its_parameters_and_an_example()
    {
        var members = XDocument.Load(Path.ChangeExtension(typeof(NexusDb).Assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value);

        Assert.Contains(typeof(NexusSessions), Features);
        Assert.True(Entries.Length > 40, $"only {Entries.Length} entry points were found");
        Assert.Empty(Entries.SelectMany(method => Missing(method, members)));
    }

    [Fact]
    public async Task A_null_argument_is_refused_before_anything_is_read_or_written()
    {
        using var folder = new TempFolder("entry");
        var db = await NexusDb.OpenAsync(new NexusOptions { DataFolder = folder["data"] }, cancellationToken: Token);
        object[] features =
        [
            db, db.Sessions, db.Users, db.BotState, db.Trades, db.SystemConfig, db.State, db.Tasks, db.Subscriptions, db.Calibration, db.History,
            db.Idempotency,
            new NexusLeases(null!),
        ];
        // From here on every call to the store fails.
        await db.DisposeAsync();

        var looked = 0;
        foreach (var method in Entries.Where(method => !method.IsStatic))
        {
            var target = features.FirstOrDefault(feature => feature.GetType() == method.DeclaringType);
            foreach (var parameter in method.GetParameters().Where(IsRequired))
            {
                Assert.NotNull(target);
                looked++;
                var error = await ThrownBy(method, target, parameter);
                Assert.True(error is ArgumentNullException { ParamName: var name } && name == parameter.Name,
                    $"{method.DeclaringType!.Name}.{method.Name}({parameter.Name}: null): {error?.GetType().Name ?? "nothing"}");
            }
        }
        Assert.True(looked > 15, $"only {looked} parameters were found");
    }

    [Fact]
    public async Task A_null_argument_of_an_opening_or_a_registration_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => NexusDb.OpenAsync(null!, cancellationToken: Token));
        var services = new ServiceCollection();
        foreach (var method in typeof(NexusServiceCollectionExtensions).GetMethods(Declared))
        {
            foreach (var parameter in method.GetParameters())
            {
                var error = Assert.Throws<TargetInvocationException>(() => method.Invoke(null, [.. method.GetParameters().Select(given =>
                    given == parameter ? null : Valid(given.ParameterType, services))])).InnerException;
                Assert.Equal(parameter.Name, Assert.IsType<ArgumentNullException>(error).ParamName);
            }
        }
        Assert.Empty(services);
        var options = new NexusOptions();
        Assert.Throws<ArgumentNullException>(() => options.Read(null!));
        Assert.Throws<ArgumentNullException>(() => NexusOptions.ParseFallback("x", null!));
        Assert.Throws<ArgumentNullException>(() => StateJson.Parse((string)null!));
    }

    [Fact]
    public async Task A_missing_member_of_an_argument_is_named()
    {
        using var folder = new TempFolder("entry");
        await using var db = await NexusDb.OpenAsync(new NexusOptions { DataFolder = folder["data"] }, cancellationToken: Token);
        var trade = new Trade { ChatId = 1, Symbol = "BTCUSDT", Side = TradeSide.Long, EntryPrice = 1, Quantity = 1 };

        await RefusedAsync("config", () => db.Sessions.SaveAsync(new Session(1, null, null, null!), cancellationToken: Token));
        await RefusedAsync("sessions[1]", () => db.Sessions.SaveBatchAsync([new Session(1, null, null, StateJson.EmptyObject), null!], Token));
        await RefusedAsync("sessions[0]", () => db.Sessions.SaveBatchAsync([(SessionSave)null!], Token));
        await RefusedAsync("keep", () => db.Sessions.SaveAsync(new Session(1, null, null, StateJson.EmptyObject), keep: (KeepSecrets)8,
            cancellationToken: Token));
        await RefusedAsync("enabledStrategies", () => db.BotState.SaveAsync(new BotSwitches { EnabledStrategies = null! }, cancellationToken: Token));
        await RefusedAsync("disabledAssets", () => db.BotState.SaveAsync(new BotSwitches { DisabledAssets = null! }, cancellationToken: Token));
        await RefusedAsync("disabledAssets[0]", () => db.BotState.SaveAsync(new BotSwitches { DisabledAssets = [null!] }, cancellationToken: Token));
        await RefusedAsync("symbol", () => db.Trades.OpenAsync(trade with { Symbol = null! }, Token));
        await RefusedAsync("metadata", () => db.Trades.OpenAsync(trade with { Metadata = null! }, Token));
        await RefusedAsync("strategy", () => db.BotState.SetStrategyAsync(" ", enabled: true, Token));
        await RefusedAsync("group", () => db.BotState.SetGroupAsync("\t", enabled: true, Token));
        await RefusedAsync("key", () => db.SystemConfig.SaveAsync("  ", StateJson.EmptyObject, cancellationToken: Token));
        await RefusedAsync("limit", () => Task.FromResult(db.Sessions.ListAsync(limit: 0, cancellationToken: Token)));
        await RefusedAsync("limit", () => Task.FromResult(db.Trades.ListAsync(new TradeFilter { Limit = -1 }, Token)));
        var report = await db.Trades.AppendAsync(new Trade[] { null!, trade }.ToAsyncEnumerable(), Token);
        Assert.Equal((1L, 1L), (report.Stored, report.Rejected));
    }

    private static async Task RefusedAsync(string field, Func<Task> call) =>
        Assert.Equal(field, (await Assert.ThrowsAsync<NexusValidationException>(call)).Field);

    private static IEnumerable<string> Missing(MethodInfo method, Dictionary<string, XElement> members)
    {
        var name = $"{method.DeclaringType!.FullName}.{method.Name}";
        // Overloads share the start of their names; the number of parameters tells them apart well enough to find the documents of all.
        var found = members.Where(member => member.Key.StartsWith($"M:{name}(", StringComparison.Ordinal) || member.Key == $"M:{name}"
            || member.Key.StartsWith($"M:{name}`", StringComparison.Ordinal)).Select(member => member.Value)
            .Where(member => method.GetParameters().All(parameter => member.Elements("param").Any(param =>
                (string?)param.Attribute("name") == parameter.Name && param.Value.Length > 3))).ToList();
        if (found.Count == 0) yield return $"{name}: a parameter is not documented";
        else if (!found.Exists(member => member.Element("summary") is not null && member.Element("example") is not null))
            yield return $"{name}: no example";
    }

    private static bool IsRequired(ParameterInfo parameter) =>
        !parameter.ParameterType.IsValueType && new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.NotNull;

    private static async Task<Exception?> ThrownBy(MethodInfo method, object target, ParameterInfo missing)
    {
        try
        {
            var result = method.Invoke(target, [.. method.GetParameters().Select(parameter =>
                parameter == missing ? null : parameter.HasDefaultValue ? parameter.DefaultValue ?? Default(parameter.ParameterType)
                    : Valid(parameter.ParameterType, null))]);
            if (result is Task task) await task;
            return null;
        }
        catch (TargetInvocationException error)
        {
            return error.InnerException;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    private static object? Default(Type type) => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? Activator.CreateInstance(type) : null;

    private static object? Valid(Type type, IServiceCollection? services) =>
        type == typeof(string) ? "x"
        : type == typeof(StateJson) ? StateJson.EmptyObject
        : type == typeof(ChatId) ? (ChatId)1
        : type == typeof(Lease) ? new Lease("x", "x", 1, TimeSpan.FromSeconds(1), default)
        : type == typeof(IServiceCollection) ? services
        : type == typeof(IConfiguration) ? new ConfigurationBuilder().Build()
        : type == typeof(NexusOptions) ? new NexusOptions()
        : type == typeof(Action<NexusOptions>) ? (Action<NexusOptions>)(_ => { })
        : Default(type);
}
