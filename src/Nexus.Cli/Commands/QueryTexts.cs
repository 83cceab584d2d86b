using Nexus.Audit;

namespace Nexus.Cli.Commands;

/// <summary>Texts of the statements' table.</summary>
internal sealed class QueryTexts(AuditLanguage language)
{
    public string Calls => In("calls", "llamadas");

    public string Mean => In("mean", "media");

    public string Rows => In("rows/call", "filas/llamada");

    public string Share => In("share", "parte");

    public string Hour => In("last hour", "última hora");

    public string Day => In("last day", "último día");

    public string Trend => In("trend", "tendencia");

    public string Role => In("role", "rol");

    public string Statement => In("statement", "sentencia");

    public string Operation => In("operation (this instance, last hour)", "operación (esta instancia, última hora)");

    public string Since => In("Statistics since", "Estadísticas desde");

    public string None => In("No statements were recorded.", "No se han registrado sentencias.");

    private string In(string english, string spanish) => language == AuditLanguage.Spanish ? spanish : english;
}
