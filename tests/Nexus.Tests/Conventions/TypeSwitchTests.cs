using System.Reflection;
using Nexus.Engine;
using Nexus.Postgres;
using Nexus.Stores;

namespace Nexus.Tests.Conventions;

/// <summary>
/// What a kind of write or a table means is said by the kind or the table itself. Nothing else asks which one it has before it, so that a new one
/// cannot be forgotten there.
/// </summary>
public sealed class TypeSwitchTests
{
    /// <summary>Parts of a store that are about one kind alone and see batches with others in them.</summary>
    private static readonly HashSet<Type> OfOneKind = [typeof(TradePartitions), typeof(TradeCopy)];

    /// <summary>Lists with one entry for each table.</summary>
    private static readonly HashSet<Type> Registries = [typeof(RecordTables), typeof(StateRecords)];

    [Fact]
    public void No_method_asks_which_kind_of_write_it_has()
    {
        var found = Sources.Program.SelectMany(Sources.MethodsOf)
            .SelectMany(method => KindsTestedBy(method).Select(kind => (Method: method, Kind: kind))).ToList();

        // A kind asks whether the next write is of its own kind before it composes with it.
        Assert.Contains(found, one => OutermostOf(one.Method) == one.Kind);
        Assert.Empty(found.Where(one => OutermostOf(one.Method) != one.Kind && !OfOneKind.Contains(OutermostOf(one.Method)))
            .Select(one => $"{one.Method.DeclaringType}.{one.Method.Name}: {one.Kind.Name}"));
        Assert.Empty(found.Where(one => OfOneKind.Contains(OutermostOf(one.Method))).GroupBy(one => OutermostOf(one.Method), one => one.Kind)
            .Where(kinds => kinds.Distinct().Count() > 1).Select(kinds => kinds.Key.Name));
    }

    [Fact]
    public void No_method_asks_which_table_it_has()
    {
        var asking = Sources.Program.SelectMany(Sources.MethodsOf)
            .Where(method => !Registries.Contains(method.DeclaringType!))
            .Where(method => CallScanner.CallsOf(method).Where(IsTable).Distinct().Count() > 1)
            .Select(method => $"{method.DeclaringType}.{method.Name}");

        Assert.Empty(asking);
        Assert.Equal(8, CallScanner.CallsOf(typeof(RecordTables).TypeInitializer!).Where(IsTable).Distinct().Count());
    }

    private static IEnumerable<Type> KindsTestedBy(MethodBase method) =>
        CallScanner.TypesTestedBy(method).Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Write)));

    private static bool IsTable(MethodBase method) =>
        method is MethodInfo { IsStatic: true } getter && getter.ReturnType == typeof(RecordTable) && getter.GetParameters().Length == 0;

    /// <summary>The class of the source: lambdas and iterators are compiled into classes inside of it.</summary>
    private static Type OutermostOf(MethodBase method)
    {
        var type = method.DeclaringType!;
        while (type.DeclaringType is { } outer) type = outer;
        return type;
    }
}
