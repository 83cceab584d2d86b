using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Nexus.Audit;
using Nexus.Operations.Status;
using Spectre.Console;

namespace Nexus.Cli.Terminal;

/// <summary>The input and output of a command. Results go to standard output, progress and errors to standard error.</summary>
internal sealed class CommandConsole
{
    /// <summary>Wide enough that tables in redirected output are never wrapped.</summary>
    private const int RedirectedWidth = 400;

    private const int LongestError = 8000;

    private const int LongestLine = 100_000;

    // Most commands print lines only, and detecting what the terminal can do takes a noticeable part of their time.
    private readonly Lazy<IAnsiConsole> _outTerminal;
    private readonly Lazy<IAnsiConsole> _errorTerminal;

    /// <summary>Uses the console of the process.</summary>
    public CommandConsole()
        : this(Console.Out, Console.Error, Console.IsOutputRedirected, Console.IsErrorRedirected)
    {
    }

    public CommandConsole(TextWriter output, TextWriter error, bool isOutputRedirected = true, bool isErrorRedirected = true)
    {
        (Out, Error) = (output, error);
        _outTerminal = new Lazy<IAnsiConsole>(() => ForTerminal(output, isOutputRedirected));
        _errorTerminal = new Lazy<IAnsiConsole>(() => ForTerminal(error, isErrorRedirected));
        (IsOutputTerminal, ShowsProgress) = (!isOutputRedirected, !isErrorRedirected);
    }

    /// <summary>Standard output, for constant text. Use <see cref="WriteLine"/> for all other text.</summary>
    public TextWriter Out { get; }

    public TextWriter Error { get; }

    /// <summary>Standard output with tables, and with colours if it is a terminal.</summary>
    public IAnsiConsole OutTerminal => _outTerminal.Value;

    /// <summary>The same for standard error.</summary>
    public IAnsiConsole ErrorTerminal => _errorTerminal.Value;

    /// <summary>Whether standard output is a terminal, not a file, a pipe or the journal.</summary>
    public bool IsOutputTerminal { get; }

    /// <summary>Whether standard error is a terminal, so that progress is shown.</summary>
    public bool ShowsProgress { get; }

    public Stream OpenInput() => Console.OpenStandardInput();

    public Stream OpenOutput() => Console.OpenStandardOutput();

    /// <summary>Writes the result of a command with <c>--json</c>. Control characters are escaped, so they cannot control the terminal.</summary>
    public void WriteJson<T>(T value, JsonTypeInfo<T> type)
    {
        var options = new JsonSerializerOptions(type.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        WriteJson(JsonSerializer.Serialize(value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T))));
    }

    /// <inheritdoc cref="WriteJson{T}"/>
    public void WriteJson(string json) => Out.WriteLine(Printable.Json(json));

    /// <summary>
    /// Writes one line of the result. It may contain text of a database, a file or a client, so control characters are shown as code points.
    /// </summary>
    public void WriteLine(string line) => Out.WriteLine(Printable.Line(line, LongestLine));

    /// <summary>
    /// Writes one line about an error. It may contain text of a database, a file or a server, so control characters are shown as code points.
    /// </summary>
    public void WriteError(string message)
    {
        ErrorTerminal.Markup("[red]nexus:[/] ");
        Error.WriteLine(Printable.Line(OperatorTerms.Translate(message), LongestError));
    }

    private static IAnsiConsole ForTerminal(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            // Progress bars are redrawn only if interaction is allowed.
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Yes,
        });
        if (isRedirected) console.Profile.Width = RedirectedWidth;
        return console;
    }
}
