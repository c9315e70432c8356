#!/bin/busybox sh
# The first process of the guest: loads the drivers, enters the host's read-only root, and runs
# what the kernel's command line names as run=… there; what that leaves in /run/out is the host's.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in $(cat /modules/order); do insmod "/modules/$module" || echo "no $module"; done
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=524288 host /host
mount -t proc proc /host/proc
mount --bind /sys /host/sys
mount --bind /dev /host/dev
mount -t tmpfs run /host/run
mkdir /host/run/out /host/run/modules
mount --bind /modules /host/run/modules
mount -t 9p -o trans=virtio,version=9p2000.L out /host/run/out
ip link set lo up
cut -d' ' -f1 /proc/uptime > /host/run/out/booted
dmesg > /host/run/out/dmesg
run=$(sed 's/.*run=\([^ ]*\).*/\1/' /proc/cmdline)
chroot /host /bin/sh "$run" > /host/run/out/log 2>&1
echo $? > /host/run/out/status
cut -d' ' -f1 /proc/uptime > /host/run/out/ended
sync
poweroff -f
