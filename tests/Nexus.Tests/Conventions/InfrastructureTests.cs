using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;
using Nexus.Secrets;

namespace Nexus.Tests.Conventions;

/// <summary>What is public for Nexus's own server and tools alone is marked, small and safe: docs/decisions/0015-public-infrastructure.md.</summary>
public sealed class InfrastructureTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly Library = typeof(NexusDb).Assembly;

    private static readonly List<Type> Marked = [.. Library.GetExportedTypes().Where(IsMarked)];

    /// <summary>What may see the internals of what is shipped.</summary>
    private static readonly HashSet<string> OfTests = [.. Directory.EnumerateDirectories(Path.Combine(Sources.Root, "tests"))
        .Append(Path.Combine(Sources.Root, "bench", "Nexus.Bench")).Select(folder => Path.GetFileName(folder)!)];

    [Fact]
    public void Internals_of_shipped_assemblies_are_granted_to_tests_only()
    {
        var granted = Sources.Program.SelectMany(assembly => assembly.GetCustomAttributes<InternalsVisibleToAttribute>()
            .Select(friend => (Assembly: assembly.GetName().Name!, Friend: friend.AssemblyName.Split(',')[0]))).ToList();

        Assert.NotEmpty(granted);
        Assert.Empty(granted.Where(grant => !OfTests.Contains(grant.Friend)));
        Assert.Empty(Sources.Program.Select(assembly => assembly.GetName().Name!).Where(OfTests.Contains));
    }

    /// <summary>Otherwise a program that uses the library as documented would need a type that may change in any release.</summary>
    [Fact]
    public void A_documented_member_needs_no_marked_type()
    {
        var documented = Library.GetExportedTypes().Where(type => !IsMarked(type)).ToList();

        Assert.Contains(typeof(NexusDb), documented);
        Assert.Contains(typeof(IStateRow), Marked);
        Assert.Empty(documented.SelectMany(type => type.GetMembers(Declared).Where(member => !IsMarked(member) && TypesOf(member).Any(IsMarked))
            .Select(member => $"{type.FullName}.{member.Name}")));
        Assert.Empty(documented.Where(type => (type.BaseType is { } parent && Parts(parent).Any(IsMarked))));
    }

    [Fact]
    public void The_diagnostic_of_a_marked_type_names_the_decision()
    {
        var decision = Path.GetFileName(new Uri(InfrastructureApi.Url).AbsolutePath);

        Assert.True(File.Exists(Path.Combine(Sources.Root, "docs", "decisions", decision)), decision);
        Assert.All(Library.GetExportedTypes().Cast<MemberInfo>().Concat(Library.GetExportedTypes().SelectMany(type => type.GetMembers(Declared)))
            .Select(member => member.GetCustomAttribute<ExperimentalAttribute>()).OfType<ExperimentalAttribute>(), attribute =>
            Assert.Equal((InfrastructureApi.Id, InfrastructureApi.Url), (attribute.DiagnosticId, attribute.UrlFormat)));
    }

    /// <summary>A record prints its members: one that holds what a store holds must say otherwise.</summary>
    [Fact]
    public void A_marked_record_prints_no_content()
    {
        var printing = Marked.Where(type => type.GetMethod(nameof(ToString), Type.EmptyTypes) is { } print && print.DeclaringType == type
            && print.IsDefined(typeof(CompilerGeneratedAttribute))).Select(type => type.Name).Order(StringComparer.Ordinal);

        // Names, numbers, places and texts that name no value.
        Assert.Equal(
            ["CalibrationKey", "ExpiredState", "LegacyDocument", "MigrationLimits", "MigrationStep", "OutboxCounts", "OutboxListing",
                "ScannedDocument", "SchemaState", "SealFault", "SessionQuery", "StateKey", "StateRange",
                "TaskQuery", "TradeCursor", "TradeQuery", "WriteOutcome"], printing);
    }

    [Fact]
    public void Keys_and_connection_strings_are_in_no_text_of_their_holders()
    {
        var key = NexusKeys.Generate();
        var ring = KeyRing.Parse(key, null);
        var options = new NexusOptions { Database = "postgres://u:hidden-password@h/d", Keys = key };

        Assert.DoesNotContain(key.TrimEnd('='), System.Text.Json.JsonSerializer.Serialize(ring), StringComparison.Ordinal);
        foreach (var holder in new object[] { ring, new Sealer(ring), new DocumentSealer(new Sealer(ring)), options.ForPostgres() })
        {
            var shown = $"{holder}";
            Assert.DoesNotContain(key.TrimEnd('='), shown, StringComparison.Ordinal);
            Assert.DoesNotContain("hidden-password", shown, StringComparison.Ordinal);
        }
    }

    private static bool IsMarked(MemberInfo member) => member.GetCustomAttribute<ExperimentalAttribute>() is not null
        || (member is not Type && member.DeclaringType is { } type && type.GetCustomAttribute<ExperimentalAttribute>() is not null)
        || (member is MethodInfo { IsSpecialName: true } accessor && accessor.DeclaringType!.GetProperties(Declared)
            .Any(property => property.GetAccessors().Contains(accessor) && property.GetCustomAttribute<ExperimentalAttribute>() is not null));

    private static IEnumerable<Type> TypesOf(MemberInfo member) => (member switch
    {
        MethodBase method => method.GetParameters().Select(parameter => parameter.ParameterType)
            .Concat(method is MethodInfo { ReturnType: var returned } ? [returned] : []),
        PropertyInfo property => [property.PropertyType],
        FieldInfo field => [field.FieldType],
        EventInfo happening => [happening.EventHandlerType!],
        Type nested => [nested],
        _ => [],
    }).SelectMany(Parts);

    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType) return Parts(type.GetElementType()!);
        return type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()) : [type];
    }
}
