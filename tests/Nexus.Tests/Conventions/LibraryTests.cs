using System.Reflection;
using Nexus.StoreContract;

namespace Nexus.Tests.Conventions;

/// <summary>What a program that uses the libraries may count on.</summary>
public sealed class LibraryTests
{
    [Fact]
    public void Libraries_log_and_never_print()
    {
        var printing = Sources.Libraries
            .SelectMany(Sources.MethodsOf)
            .Where(method => CallScanner.CallsOf(method).Any(called => called.DeclaringType == typeof(Console)))
            .Select(method => $"{method.DeclaringType}.{method.Name}");

        Assert.Empty(printing);
        Assert.Contains(typeof(Console), CallScanner.CallsOf(((Action)Print).Method).Select(called => called.DeclaringType));
        static void Print() => Console.Out.Flush();
    }

    [Fact]
    public void A_public_class_is_sealed_or_made_to_be_derived_from()
    {
        var open = Sources.Libraries.SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !IsGeneratedFromMarkup(type));

        Assert.Empty(open);
    }

    /// <summary>The Razor compiler makes a component, and the file of imports, public and open whatever the file says.</summary>
    private static bool IsGeneratedFromMarkup(Type type) => type.Name == "_Imports"
        || (type.BaseType is { } parent && (parent.FullName == "Microsoft.AspNetCore.Components.ComponentBase" || IsGeneratedFromMarkup(parent)));

    [Fact]
    public void The_library_knows_neither_web_nor_command_line()
    {
        var references = typeof(NexusDb).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!).ToList();

        Assert.Contains("Npgsql", references);
        Assert.DoesNotContain(references, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
            || name.StartsWith("System.CommandLine", StringComparison.Ordinal)
            || name.StartsWith("Spectre", StringComparison.Ordinal) || name.StartsWith("Nexus.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_library_needs_no_reflection_to_serialise_so_that_it_works_in_trimmed_programs()
    {
        var reflecting = Sources.MethodsOf(typeof(NexusDb).Assembly)
            .Where(method => method.GetCustomAttribute<System.Diagnostics.CodeAnalysis.RequiresUnreferencedCodeAttribute>() is null)
            .Where(method => CallScanner.CallsOf(method).Any(called =>
                called.GetCustomAttribute<System.Diagnostics.CodeAnalysis.RequiresUnreferencedCodeAttribute>() is not null))
            .Select(Name);

        Assert.Empty(reflecting);
    }

    [Fact]
    public void Every_event_id_is_used_once_and_lies_in_the_band_of_its_room()
    {
        var events = Sources.Program.SelectMany(Sources.MethodsOf)
            .Select(method => (Method: method, Id: EventIdOf(method)))
            .Where(found => found.Id is not null)
            .ToList();

        Assert.True(events.Count >= 20, $"only {events.Count} log messages were found");
        Assert.Empty(events.GroupBy(found => found.Id).Where(same => same.Count() > 1).Select(same =>
            $"{same.Key}: {string.Join(", ", same.Select(found => Name(found.Method)))}"));
        Assert.Empty(events.Where(found => !IsInBand(found.Method.DeclaringType!.FullName!, found.Id!.Value))
            .Select(found => $"{found.Id}: {Name(found.Method)}"));
    }

    [Fact]
    public void Every_contract_is_run_on_the_embedded_store() =>
        ContractCoverage.AssertEveryContractIsRun(typeof(LibraryTests).Assembly, isShared: false);

    private static string Name(MethodBase method) => $"{method.DeclaringType}.{method.Name}";

    private static int? EventIdOf(MethodBase method)
    {
        if (method.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType.Name == "LoggerMessageAttribute") is not { } attribute)
            return null;
        var named = attribute.NamedArguments.FirstOrDefault(argument => argument.MemberName == "EventId").TypedValue.Value;
        return (int?)(named ?? attribute.ConstructorArguments.FirstOrDefault(argument => argument.ArgumentType == typeof(int)).Value) ?? 0;
    }

    private static bool IsInBand(string type, int id) =>
        Bands.First(band => type.StartsWith(band.Room, StringComparison.Ordinal)) is var found && id >= found.From && id <= found.To;

    /// <summary>The innermost room first.</summary>
    private static readonly (string Room, int From, int To)[] Bands =
    [
        ("Nexus.RememberedStore", 1501, 1501),
        ("Nexus.Postgres.", 1100, 1399),
        ("Nexus.Sqlite.", 1200, 1299),
        ("Nexus.Failover.", 1600, 1699),
        ("Nexus.Sharding.", 1750, 1799),
        ("Nexus.Dispatch.", 1550, 1599),
        ("Nexus.Engine.", 1500, 1599),
        ("Nexus.Caching.", 1500, 1599),
        ("Nexus.Secrets.", 1400, 1499),
        ("Nexus.Audit.", 4000, 4999),
        ("Nexus.Operations.", 2000, 2999),
        ("Nexus.LoadTest.", 2000, 2999),
        ("Nexus.Server.", 3000, 3999),
        ("Nexus.Cli.", 3000, 3999),
        ("Nexus.", 1000, 1099),
    ];
}
