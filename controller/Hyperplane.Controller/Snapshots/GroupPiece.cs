namespace Hyperplane.Controller.Snapshots;

/// <summary>A target group of a snapshot.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its id.</param>
/// <param name="Data">The message's bytes.</param>
internal readonly record struct GroupPiece(uint Id, string Name, byte[] Data);
