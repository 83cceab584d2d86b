using System.Globalization;
using System.Net;
using System.Text;

namespace Nexus.Simulation;

/// <summary>Draws the history of one record as an HTML page: a line for each client, a bar for each call, the calls that do not fit in red.</summary>
internal static class HistoryPage
{
    private const int Width = 1600;
    private const int RowHeight = 26;
    private const int Margin = 120;

    private const string Style = """
        body { font: 14px sans-serif; margin: 2em; } svg { border: 1px solid #ccc; } text { font: 11px monospace; }
        .read { fill: #cfe3f7; stroke: #3b7bbf; } .write { fill: #d7efd2; stroke: #4b9a3d; } .stuck { fill: #f7c6c6; stroke: #c00; stroke-width: 2; }
        .unknown { stroke-dasharray: 4 3; }
        """;

    /// <param name="key">The record.</param>
    /// <param name="calls">Its history.</param>
    /// <param name="stuck">The calls that cannot be ordered.</param>
    public static string Draw(string key, IReadOnlyList<Call> calls, IReadOnlyCollection<Call> stuck)
    {
        var page = new StringBuilder();
        var title = WebUtility.HtmlEncode($"History of {key}");
        page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{Style}</style></head>
            <body><h1>{title}</h1>
            <p>No order of these calls, each at one instant between its begin and its end, gives every read the last value written.
            Green: writes. Blue: reads. Red: the calls that were left where the search came furthest. Dashed: the outcome is not known.</p>

            """);
        if (calls.Count > 0) DrawCalls(page, [.. calls.OrderBy(call => call.Invoked)], stuck);
        page.Append("<h2>Calls</h2><ol>\n");
        foreach (var call in calls.OrderBy(call => call.Invoked))
            page.Append(CultureInfo.InvariantCulture, $"<li>{(stuck.Contains(call) ? "<b>stuck</b> " : "")}{Encode(call)}</li>\n");
        return page.Append("</ol></body></html>\n").ToString();
    }

    private static void DrawCalls(StringBuilder page, Call[] calls, IReadOnlyCollection<Call> stuck)
    {
        var begin = calls[0].Invoked;
        var end = Math.Max(calls.Where(call => !call.IsUnknown).Select(call => call.Completed).DefaultIfEmpty(begin).Max(), calls[^1].Invoked) + 1;
        var rows = AssignRows(calls);
        var height = (rows.Values.Max() + 2) * RowHeight;
        page.Append(CultureInfo.InvariantCulture, $"<svg width=\"{Width + Margin + 20}\" height=\"{height}\" role=\"img\">\n");
        foreach (var client in calls.GroupBy(call => call.Client))
        {
            var y = (rows[client.First()] * RowHeight) + 18;
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"4\" y=\"{y}\">{WebUtility.HtmlEncode(client.Key)}</text>\n");
        }
        foreach (var call in calls)
        {
            var (from, to) = (X(call.Invoked), X(Math.Min(call.Completed, end)));
            var kind = $"{(stuck.Contains(call) ? "stuck" : call.IsRead ? "read" : "write")}{(call.IsUnknown ? " unknown" : "")}";
            var y = rows[call] * RowHeight;
            page.Append(CultureInfo.InvariantCulture, $"<g><title>{Encode(call)}</title>"
                + $"<rect class=\"{kind}\" x=\"{from:0.#}\" y=\"{y + 4}\" width=\"{Math.Max(2, to - from):0.#}\" height=\"{RowHeight - 8}\"/>"
                + $"<text x=\"{from + 3:0.#}\" y=\"{y + 17}\">{call.Value}</text></g>\n");
        }
        page.Append("</svg>\n");

        double X(long at) => Margin + ((double)(at - begin) / (end - begin) * Width);
    }

    private static string Encode(Call call) => WebUtility.HtmlEncode(call.ToString());

    /// <summary>A row for each client, and further ones where its calls overlap.</summary>
    private static Dictionary<Call, int> AssignRows(Call[] calls)
    {
        var rows = new Dictionary<Call, int>(ReferenceEqualityComparer.Instance);
        var next = 0;
        foreach (var client in calls.GroupBy(call => call.Client))
        {
            List<long> ends = [];
            foreach (var call in client)
            {
                var free = ends.FindIndex(end => end < call.Invoked);
                if (free < 0)
                {
                    free = ends.Count;
                    ends.Add(0);
                }
                ends[free] = call.Completed;
                rows[call] = next + free;
            }
            next += ends.Count;
        }
        return rows;
    }
}
