namespace Hyperplane.Lbctl.Applying.Reading;

/// <summary>A named value of a map.</summary>
internal sealed record FileMember(Place At, string Name, FileNode Value);
