using System.Globalization;
using System.Net;
using System.Text;

namespace Nexus.Faults.Tests.Soak;

/// <summary>Writes the measures as CSV and as a page with a chart for each kind.</summary>
internal static class SoakReport
{
    private const int Width = 900, Height = 190, Left = 70, Right = 10, Top = 12, Bottom = 24;

    private static readonly string[] Colours = ["#2a78d6", "#c2571a", "#2e8b57", "#8e5bd0", "#b8860b", "#c23b6b", "#3a8f9e", "#6b6b6b"];

    public static async Task WriteAsync(string folder, IReadOnlyList<Measure> measures, IReadOnlyList<(double At, string Name)> faults,
        string summary)
    {
        Directory.CreateDirectory(folder);
        var csv = new StringBuilder("seconds,measure,of,unit,value\n");
        foreach (var (at, fault) in faults) csv.Append(CultureInfo.InvariantCulture, $"{at:0.0},fault,{fault},,\n");
        foreach (var measure in measures)
        {
            foreach (var (at, value) in measure.Points)
                csv.Append(CultureInfo.InvariantCulture, $"{at:0.0},{measure.Chart},{measure.Name},{measure.Unit},{value:0.###}\n");
        }
        await File.WriteAllTextAsync(Path.Combine(folder, "soak.csv"), csv.ToString());

        var page = new StringBuilder(
            """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Soak</title><style>
            body{font:15px system-ui,sans-serif;max-width:940px;margin:2em auto;color:#222;background:#fff}
            h2{font-size:1em;margin:1.6em 0 .3em}svg{width:100%;height:auto}text{font-size:11px;fill:#555}.up{color:#b00020;font-weight:600}
            </style><h1>Soak</h1>
            """);
        page.Append(CultureInfo.InvariantCulture, $"<p>{WebUtility.HtmlEncode(summary)}</p><p>Dashed lines are faults.</p>");
        foreach (var chart in measures.GroupBy(measure => measure.Chart)) AddChart(page, chart.Key, [.. chart], faults);
        await File.WriteAllTextAsync(Path.Combine(folder, "soak.html"), page.Append("</html>\n").ToString());
    }

    private static void AddChart(StringBuilder page, string name, List<Measure> measures, IReadOnlyList<(double At, string Name)> faults)
    {
        var points = measures.SelectMany(measure => measure.Points).ToList();
        if (points.Count == 0) return;
        var (end, top) = (Math.Max(1, points.Max(point => point.At)), Math.Max(1e-9, points.Max(point => point.Value)));
        page.Append(CultureInfo.InvariantCulture, $"<h2>{WebUtility.HtmlEncode(name)} {measures[0].Unit}</h2><p>");
        for (var n = 0; n < measures.Count; n++)
        {
            var trend = measures[n].Trend;
            var told = trend is null ? "" : string.Create(CultureInfo.InvariantCulture, $" (rise {trend.Rise:0.##}, allowed {trend.Allowed:0.##})");
            page.Append(CultureInfo.InvariantCulture, $"<span style=\"color:{Colour(n)}\">■</span> ");
            page.Append(CultureInfo.InvariantCulture,
                $"<span{(trend is { IsUpwards: true } ? " class=\"up\"" : "")}>{WebUtility.HtmlEncode(measures[n].Name)}{told}</span> ");
        }
        page.Append(CultureInfo.InvariantCulture,
            $"</p><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(name)}\">");
        page.Append(CultureInfo.InvariantCulture, $"<text x=\"4\" y=\"{Top + 8}\">{top:0.##}</text><text x=\"4\" y=\"{Height - Bottom}\">0</text>");
        page.Append(CultureInfo.InvariantCulture,
            $"<path d=\"M{Left} {Top}V{Height - Bottom}H{Width - Right}\" fill=\"none\" stroke=\"#999\"/>");
        page.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"{Height - 6}\">0</text>");
        page.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right}\" y=\"{Height - 6}\" text-anchor=\"end\">{end / 60:0.#} min</text>");
        foreach (var (at, fault) in faults)
        {
            page.Append(CultureInfo.InvariantCulture, $"<path d=\"M{X(at):0.#} {Top}V{Height - Bottom}\" stroke=\"#bbb\" stroke-dasharray=\"3 3\">");
            page.Append(CultureInfo.InvariantCulture, $"<title>{WebUtility.HtmlEncode(fault)}</title></path>");
        }
        for (var n = 0; n < measures.Count; n++)
        {
            var line = string.Join(' ', measures[n].Points.Select(point =>
                string.Create(CultureInfo.InvariantCulture, $"{X(point.At):0.#},{Y(point.Value):0.#}")));
            page.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{line}\" fill=\"none\" stroke=\"{Colour(n)}\" stroke-width=\"1.4\"/>");
        }
        page.Append("</svg>");

        double X(double at) => Left + (at / end * (Width - Left - Right));
        double Y(double value) => Height - Bottom - (value / top * (Height - Top - Bottom));
    }

    private static string Colour(int n) => Colours[n % Colours.Length];
}
