namespace Hyperplane.Lbctl.Applying.Reading;

/// <summary>What a file may have at most, whatever it says about itself.</summary>
internal static class FileLimits
{
    /// <summary>Bytes of the file.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Values of all its documents, each as often as an alias repeats it.</summary>
    public const int MaxValues = 100_000;

    /// <summary>Lists and maps in each other.</summary>
    public const int MaxDepth = 32;
}
