using System.Reflection;

namespace Nexus.Tests.Conventions;

/// <summary>
/// The namespaces of a project stand in an order: each refers only to those below it, so that a reader of one needs to know no other that refers
/// back.
/// </summary>
public sealed class NamespaceTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    /// <summary>The library's namespaces from the lowest to the highest.</summary>
    private static readonly string[] Library =
    [
        "Nexus.Infrastructure", "Nexus.Telemetry", "Nexus.Errors", "Nexus.Chats", "Nexus.Secrets", "Nexus.Json", "Nexus.Engine", "Nexus.Caching",
        "Nexus.Dispatch", "Nexus.Users", "Nexus.Sessions", "Nexus.BotState", "Nexus.SystemConfig", "Nexus.Trades", "Nexus.KeyedState",
        "Nexus.Idempotency", "Nexus.Tasks", "Nexus.Calibrations", "Nexus.Subscriptions", "Nexus.History", "Nexus.Leases", "Nexus.Stores",
        "Nexus.Sqlite", "Nexus.Postgres",
        "Nexus.Failover", "Nexus.Sharding", "Nexus",
    ];

    public static TheoryData<string> Projects => [.. Sources.Program.Select(assembly => assembly.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_two_namespaces_refer_to_each_other(string project)
    {
        var references = ReferencesOf(Sources.Program.Single(assembly => assembly.GetName().Name == project));

        Assert.Empty(CyclesOf(references).Select(cycle =>
            $"{string.Join(" ↔ ", cycle.Order(StringComparer.Ordinal))}:\n{Examples(references, cycle)}"));
    }

    [Fact]
    public void The_library_s_namespaces_refer_downwards_only()
    {
        var references = ReferencesOf(typeof(NexusDb).Assembly);

        Assert.Equal(references.Keys.Order(StringComparer.Ordinal), Library.Order(StringComparer.Ordinal));
        Assert.Empty(references
            .SelectMany(from => from.Value.Select(to => (From: from.Key, To: to.Key, Example: to.Value)))
            .Where(reference => Array.IndexOf(Library, reference.From) < Array.IndexOf(Library, reference.To))
            .Select(reference => $"{reference.From} → {reference.To}: {reference.Example}"));
    }

    /// <summary>Which namespaces each namespace refers to, with an example.</summary>
    private static Dictionary<string, Dictionary<string, string>> ReferencesOf(Assembly assembly)
    {
        var references = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var type in assembly.GetTypes().Where(IsOurs))
        {
            var from = type.Namespace!;
            if (!references.TryGetValue(from, out var to)) references.Add(from, to = new Dictionary<string, string>(StringComparer.Ordinal));
            foreach (var referred in TypesOf(type).SelectMany(Parts)
                .Where(part => part.Assembly == assembly && IsOurs(part) && part.Namespace != from))
                to.TryAdd(referred.Namespace!, $"{type.FullName} → {referred.FullName}");
        }
        return references;
    }

    private static IEnumerable<Type> TypesOf(Type type)
    {
        List<Type?> found = [type.BaseType, .. type.GetInterfaces(), .. type.GetFields(Declared).Select(field => field.FieldType),
            .. type.GetCustomAttributesData().Select(data => data.AttributeType)];
        foreach (var method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
        {
            found.AddRange(method.GetParameters().Select(parameter => parameter.ParameterType));
            if (method is MethodInfo { ReturnType: var returned }) found.Add(returned);
            if (method.GetMethodBody() is { } body) found.AddRange(body.LocalVariables.Select(local => local.LocalType));
            foreach (var (_, member) in CallScanner.ReferencesOf(method))
            {
                found.Add(member as Type ?? member.DeclaringType);
                if (member is MethodInfo { IsGenericMethod: true } generic) found.AddRange(generic.GetGenericArguments());
                if (member is FieldInfo field) found.Add(field.FieldType);
            }
        }
        return found.OfType<Type>();
    }

    /// <summary>The type, and those that it is made of.</summary>
    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType) return Parts(type.GetElementType()!);
        return type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()) : [type];
    }

    // Generated code stands in namespaces of its generators.
    private static bool IsOurs(Type type) => type.Namespace?.StartsWith("Nexus", StringComparison.Ordinal) == true;

    /// <summary>Sets of namespaces each of which reaches all the others.</summary>
    private static List<HashSet<string>> CyclesOf(Dictionary<string, Dictionary<string, string>> references)
    {
        var reached = references.Keys.ToDictionary(name => name, name => ReachedFrom(references, name), StringComparer.Ordinal);
        return [.. references.Keys
            .Select(name => reached[name].Where(other => reached.TryGetValue(other, out var back) && back.Contains(name))
                .ToHashSet(StringComparer.Ordinal))
            .Where(cycle => cycle.Count > 1)
            .DistinctBy(cycle => string.Join(' ', cycle.Order(StringComparer.Ordinal)))];
    }

    private static HashSet<string> ReachedFrom(Dictionary<string, Dictionary<string, string>> references, string start)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([start]);
        while (open.TryPop(out var name))
        {
            if (!references.TryGetValue(name, out var next)) continue;
            foreach (var other in next.Keys.Where(reached.Add)) open.Push(other);
        }
        return reached;
    }

    private static string Examples(Dictionary<string, Dictionary<string, string>> references, HashSet<string> cycle) =>
        string.Join('\n', cycle.SelectMany(from => references[from].Where(to => cycle.Contains(to.Key)).Select(to => $"  {to.Value}"))
            .Order(StringComparer.Ordinal));
}
