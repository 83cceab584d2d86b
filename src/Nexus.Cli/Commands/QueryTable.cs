using System.Globalization;
using Nexus.Audit;
using Nexus.Operations.Monitoring;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>The statements as a table. Roles and statements come from the database: they are written as plain text, escaped.</summary>
internal sealed class QueryTable(IAnsiConsole terminal, QueryTexts texts)
{
    public void Write(QueryReport report, int limit)
    {
        if (report.Since is { } since) terminal.WriteLine($"{texts.Since} {since:u}");
        if (report.Statements.Count == 0) terminal.WriteLine(texts.None);
        else
        {
            var table = new Table().Border(TableBorder.None).AddColumns(
                "id", texts.Calls, texts.Mean, texts.Rows, texts.Share, texts.Hour, texts.Day, texts.Trend, texts.Role, texts.Statement);
            foreach (var statement in report.Statements.Take(limit))
            {
                table.AddRow(
                    new Text(statement.Id), new Text($"{statement.Total.Calls:N0}"), new Text(Time(statement.Total.MeanMilliseconds)),
                    new Text(statement.Total.Calls == 0 ? "" : Number((double)statement.Total.Rows / statement.Total.Calls)),
                    new Text(Percent(statement.Total.Share)), new Text(Window(statement.LastHour)), new Text(Window(statement.LastDay)),
                    new Text(statement.Trend is { } trend ? $"×{Number(trend)}" : ""), new Text(Printable.Line(statement.Role, 30)),
                    new Text(Printable.Line(statement.Text, 300)));
            }
            terminal.Write(table);
        }
        if (report.Operations.Count == 0) return;
        var operations = new Table().Border(TableBorder.None).AddColumns(texts.Operation, texts.Calls, texts.Mean, "p99");
        foreach (var operation in report.Operations)
        {
            operations.AddRow(
                new Text(Printable.Line(operation.Name)), new Text($"{operation.Calls:N0}"), new Text(Time(operation.MeanMilliseconds)),
                new Text(Time(operation.P99Milliseconds)));
        }
        terminal.Write(operations);
    }

    private static string Window(QueryWindow? window) =>
        window is null ? "" : window.Calls == 0 ? "0" : $"{Time(window.MeanMilliseconds)} ({Percent(window.Share)})";

    private static string Time(double milliseconds) => milliseconds >= 1000
        ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.00} s")
        : string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.00} ms");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    private static string Number(double number) => string.Create(CultureInfo.InvariantCulture, $"{number:0.##}");
}
