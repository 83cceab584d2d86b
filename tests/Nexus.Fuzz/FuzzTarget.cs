namespace Nexus.Fuzz;

/// <summary>A parser that is given arbitrary bytes: how it is called, which errors it documents, and how much memory it may take.</summary>
internal abstract class FuzzTarget
{
    /// <summary>The name of its folder in <c>Corpus</c> and on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The dictionaries that mutations take tokens from: names of files in <c>Dictionaries</c> without their ending.</summary>
    public abstract IReadOnlyList<string> Dictionaries { get; }

    /// <summary>How many mutations a run of the tests makes.</summary>
    public virtual int Mutations => 2000;

    /// <summary>The bytes that one input may allocate whatever its length.</summary>
    public virtual long FreeBytes => 2 * 1024 * 1024;

    /// <summary>The bytes that each byte of an input may allocate in addition.</summary>
    public virtual long BytesPerByte => 1000;

    /// <summary>Whether whole runs of tokens may be repeated to measure the cost of a long input.</summary>
    public virtual bool IsGrown => true;

    /// <summary>Parses one input. Whatever a person would be shown is added to <paramref name="shown"/>.</summary>
    /// <exception cref="FuzzFailureException">The result breaks a rule of the target.</exception>
    public abstract void Run(byte[] input, ShownTexts shown);

    /// <summary>Whether the documentation names this error for an invalid input.</summary>
    public abstract bool IsDocumented(Exception error);

    /// <summary>Whether the planted secret stands in the input only where no error may repeat it.</summary>
    public virtual bool HidesPlanted(ReadOnlySpan<byte> input) => PlantedSecret.StandsInSecretMembers(input);
}
