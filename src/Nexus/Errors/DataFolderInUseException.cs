namespace Nexus.Errors;

/// <summary>Another process uses the data folder.</summary>
public sealed class DataFolderInUseException : NexusException
{
    /// <summary>Names the folder.</summary>
    public DataFolderInUseException(string folder, Exception? inner = null)
        : base("data_folder_in_use", $"the data folder {folder} is in use by another process; stop it, or name another "
            + $"{nameof(NexusOptions)}.{nameof(NexusOptions.DataFolder)}", inner)
        => Folder = folder;

    /// <summary>The folder in use.</summary>
    public string Folder { get; }
}
