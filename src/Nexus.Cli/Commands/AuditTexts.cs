using Nexus.Audit;

namespace Nexus.Cli.Commands;

/// <summary>Texts of the audit commands that are not part of the report.</summary>
internal sealed class AuditTexts(AuditLanguage language)
{
    public string Auditing => In("auditing", "auditando");

    public string Severity => In("severity", "gravedad");

    public string Check => In("check", "comprobación");

    public string Object => In("object", "objeto");

    public string Found => In("found", "hallazgo");

    public string AndMore => In("more findings of this check, listed by --json", "hallazgos más de esta comprobación, en --json");

    public string WhatToDo => In("What to do", "Qué hacer");

    public string SameCause => In("Same cause", "Misma causa");

    public string ChangesSince => In("changes since", "cambios desde");

    public string Score => In("score", "puntuación");

    public string New => In("new", "nuevo");

    public string Gone => In("gone", "resuelto");

    public string Changed => In("changed", "cambiado");

    public string NothingChanged => In("nothing changed", "sin cambios");

    public string Skipped => In("Skipped", "Omitidas");

    public string NotExamined => In("Not examined", "No examinado");

    public string Passed => In("Passed", "Correctas");

    public string ToUndo => In("To undo", "Para deshacerlo");

    public string NothingFound => In("These checks found nothing to fix.", "Estas comprobaciones no han encontrado nada que corregir.");

    public string NothingWasChanged =>
        In("nothing was changed; --apply runs the safe fixes", "no se ha cambiado nada; --apply ejecuta las correcciones seguras");

    public string Recorded => In("recorded in", "registrado en");

    public string Before => In("before", "antes");

    public string After => In("after", "después");

    public string NoLongerFound => In("no longer found", "ya no se encuentra");

    public string Failed => In("failed", "falló");

    public string Status(FixStatus status) => status switch
    {
        FixStatus.Applied => In("applied", "aplicado"),
        FixStatus.Failed => Failed,
        FixStatus.Printed => In("can be applied", "se puede aplicar"),
        _ => In("manual", "manual"),
    };

    private string In(string english, string spanish) => language == AuditLanguage.Spanish ? spanish : english;
}
