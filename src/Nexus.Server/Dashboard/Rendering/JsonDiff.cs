using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nexus.Server.Dashboard;

/// <summary>Documents as people compare them.</summary>
public static class JsonDiff
{
    private const int Context = 3;

    /// <summary>Cells of the table that finds the longest common subsequence: two texts of 2,000 changed lines.</summary>
    private const long MaxCells = 4_000_000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A document with one member on each line; the text itself if it is not JSON.</summary>
    public static string Pretty(string json)
    {
        try
        {
            return JsonNode.Parse(json)?.ToJsonString(Indented) ?? "null";
        }
        catch (JsonException)
        {
            return json;
        }
    }

    /// <summary>The lines that differ, with some lines around them.</summary>
    public static IReadOnlyList<Line> Compare(string before, string after)
    {
        var (old, now) = (Pretty(before).Split('\n'), Pretty(after).Split('\n'));
        var head = 0;
        while (head < old.Length && head < now.Length && old[head] == now[head]) head++;
        var tail = 0;
        while (tail < old.Length - head && tail < now.Length - head && old[^(tail + 1)] == now[^(tail + 1)]) tail++;
        if (head == old.Length && head == now.Length) return [];
        var lines = new List<Line>();
        if (head > Context) lines.Add(new Line("gap", "…"));
        lines.AddRange(old[Math.Max(0, head - Context)..head].Select(text => new Line("same", text)));
        AddChanged(lines, old[head..^tail], now[head..^tail]);
        var rest = old[^tail..];
        lines.AddRange(rest.Take(Context).Select(text => new Line("same", text)));
        if (rest.Length > Context) lines.Add(new Line("gap", "…"));
        return lines;
    }

    /// <summary>The merge patch (RFC 7396) from one object to another; null if there is none, because a member became null.</summary>
    public static JsonObject? PatchOf(JsonObject before, JsonObject after)
    {
        var patch = new JsonObject();
        foreach (var (name, _) in before.Where(member => !after.ContainsKey(member.Key))) patch[name] = null;
        foreach (var (name, value) in after)
        {
            before.TryGetPropertyValue(name, out var old);
            if (before.ContainsKey(name) && JsonNode.DeepEquals(old, value)) continue;
            if (HoldsNull(value)) return null;
            if (old is JsonObject oldObject && value is JsonObject newObject)
            {
                if (PatchOf(oldObject, newObject) is not { } inner) return null;
                patch[name] = inner;
            }
            else patch[name] = value!.DeepClone();
        }
        return patch;
    }

    private static bool HoldsNull(JsonNode? value) => value switch
    {
        null => true,
        JsonObject members => members.Any(member => HoldsNull(member.Value)),
        _ => false,
    };

    private static void AddChanged(List<Line> lines, string[] old, string[] now)
    {
        if ((long)old.Length * now.Length > MaxCells)
        {
            lines.AddRange(old.Select(text => new Line("removed", text)));
            lines.AddRange(now.Select(text => new Line("added", text)));
            return;
        }
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }
        var (x, y) = (0, 0);
        while (x < old.Length || y < now.Length)
        {
            if (x < old.Length && y < now.Length && old[x] == now[y])
            {
                lines.Add(new Line("same", old[x++]));
                y++;
            }
            else if (y == now.Length || (x < old.Length && common[x + 1, y] >= common[x, y + 1])) lines.Add(new Line("removed", old[x++]));
            else lines.Add(new Line("added", now[y++]));
        }
    }

    /// <summary>A line.</summary>
    /// <param name="Kind"><c>same</c>, <c>added</c>, <c>removed</c>, or <c>gap</c> where lines are left out.</param>
    /// <param name="Text">Its text.</param>
    public sealed record Line(string Kind, string Text);
}
