namespace Nexus.Audit.Fixes;

/// <summary>What <c>nexus audit fix</c> says besides the checks' own texts.</summary>
internal static class FixTexts
{
    public static Bilingual NothingFound { get; } = new("These checks find nothing to mend.", "Estas comprobaciones no encuentran nada que corregir.");

    public static Bilingual NotApplied { get; } = new("nothing was changed; --apply runs what is safe", "no se ha cambiado nada; --apply ejecuta lo que es seguro");

    public static Bilingual Recorded { get; } = new("recorded in", "registrado en");

    public static Bilingual Before { get; } = new("before", "antes");

    public static Bilingual After { get; } = new("after", "después");

    public static Bilingual NotFoundAgain { get; } = new("not found any more", "ya no se encuentra");

    public static Bilingual Error { get; } = new("failed", "falló");

    public static Bilingual LeftBehind(string index) => new(
        $"the unfinished index {index} could not be dropped and is left behind: drop it when the table is free (I7)", $"el índice inacabado {index} no se pudo eliminar y queda atrás: elimínelo cuando la tabla esté libre (I7)");

    public static Bilingual Status(string status) => status switch
    {
        FixItem.Done => new("applied", "aplicado"),
        FixItem.Failed => new("failed", "falló"),
        FixItem.Printed => new("can be applied", "se puede aplicar"),
        _ => new("by hand", "a mano"),
    };
}
