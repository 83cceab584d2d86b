using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Nexus.Audit;
using Spectre.Console;

namespace Nexus.Cli.Terminal;

/// <summary>What a command reads and writes. Answers go to the output; what tells a person how it goes, to the error output.</summary>
internal sealed class CommandConsole
{
    /// <summary>Wide enough that a redirected table is never folded.</summary>
    private const int RedirectedWidth = 400;

    private const int LongestError = 8000;

    private const int LongestLine = 100_000;

    /// <summary>The process's own console.</summary>
    public CommandConsole()
        : this(Console.Out, Console.Error, Console.IsOutputRedirected, Console.IsErrorRedirected)
    {
    }

    public CommandConsole(TextWriter output, TextWriter error, bool isOutputRedirected = true, bool isErrorRedirected = true)
    {
        (Out, Error) = (output, error);
        OutTerminal = ForTerminal(output, isOutputRedirected);
        ErrorTerminal = ForTerminal(error, isErrorRedirected);
        (IsOutputTerminal, ShowsProgress) = (!isOutputRedirected, !isErrorRedirected);
    }

    /// <summary>For text that is the program's own; <see cref="WriteLine"/> for all other.</summary>
    public TextWriter Out { get; }

    public TextWriter Error { get; }

    /// <summary>The output with colours and tables where it is a terminal.</summary>
    public IAnsiConsole OutTerminal { get; }

    /// <summary>The same for the error output.</summary>
    public IAnsiConsole ErrorTerminal { get; }

    /// <summary>Whether the output is a terminal, not a file, a pipe or the journal.</summary>
    public bool IsOutputTerminal { get; }

    /// <summary>Whether somebody watches.</summary>
    public bool ShowsProgress { get; }

    public Stream OpenInput() => Console.OpenStandardInput();

    public Stream OpenOutput() => Console.OpenStandardOutput();

    /// <summary>The answer of a command that was asked for <c>--json</c>. What could steer the terminal is escaped, which JSON reads back as it was.</summary>
    public void WriteJson<T>(T value, JsonTypeInfo<T> type)
    {
        var options = new JsonSerializerOptions(type.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        WriteJson(JsonSerializer.Serialize(value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T))));
    }

    /// <inheritdoc cref="WriteJson{T}"/>
    public void WriteJson(string json) => Out.WriteLine(Printable.Json(json));

    /// <summary>One line of the answer. It may hold text of a database, a file or a client: what could steer the terminal is shown as code points.</summary>
    public void WriteLine(string line) => Out.WriteLine(Printable.Line(line, LongestLine));

    /// <summary>One line about what went wrong. It may name what a database, a file or a server said: what could steer the terminal is shown as code points.</summary>
    public void WriteError(string message)
    {
        ErrorTerminal.Markup("[red]nexus:[/] ");
        Error.WriteLine(Printable.Line(message, LongestError));
    }

    private static IAnsiConsole ForTerminal(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            // Progress bars redraw only where interaction is allowed.
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Yes,
        });
        if (isRedirected) console.Profile.Width = RedirectedWidth;
        return console;
    }
}
