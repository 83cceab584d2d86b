using System.Text;
using Nexus.Audit;

namespace Nexus.Fuzz.Targets;

/// <summary>Predicates of partial indexes, as the catalogue of the audited database writes them.</summary>
internal sealed class IndexDefinitionTarget : FuzzTarget
{
    private static readonly string[] Columns = ["chat_id", "status", "Name", "a"];

    public override string Name => "index-definition";

    public override IReadOnlyList<string> Dictionaries => ["sql"];

    public override void Run(byte[] input, ShownTexts shown)
    {
        var text = Encoding.UTF8.GetString(input);
        IndexPredicate.IsImpliedBy(text, Columns);
        _ = IndexPredicate.Names(text).Count();
        _ = PrintableSql.Of(text);
    }

    public override bool IsDocumented(Exception error) => false;
}
